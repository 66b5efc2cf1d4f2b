"""One archive run at a time: a second one would take the first one's file, half-written, for torn."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from cqrs.database import database, identity
from cqrs.errors import ConflictError

_LOCK = 20261124


class AlreadyArchivingError(ConflictError):
    """Another process archives this log. Try again when it is done."""


@contextmanager
def alone() -> Iterator[None]:
    """Ends with the process that holds it. On PostgreSQL it belongs to the connection: no pooler may share that out."""
    with _on_postgres() if database().vendor == "postgresql" else _on_this_machine():
        yield


@contextmanager
def _on_postgres() -> Iterator[None]:
    with database().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() == (False,):
            raise AlreadyArchivingError
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def _on_this_machine() -> Iterator[None]:
    with Path(gettempdir(), f"cqrs-archive-{identity()}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyArchivingError from error
        yield
