"""A new, empty database for each process that measures, and the memory that the process took at most."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def kinds() -> tuple[str, ...]:
    """SQLite always; PostgreSQL where `DATABASE_URL` names a server."""
    return ("postgresql", "sqlite") if os.environ.get("DATABASE_URL") else ("sqlite",)


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a process that works on it."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    home = folder / name
    home.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"VAR_DIR": str(home), "DJANGO_SETTINGS_MODULE": "config.settings.local", "REDIS_URL": ""}
    if kind == "sqlite":
        yield environment
        return
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield environment | {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def peak_megabytes() -> float:
    """Of this process so far; a child inherits its parent's `ru_maxrss`, so that is no measure."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024
