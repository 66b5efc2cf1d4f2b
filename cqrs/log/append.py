"""Writes events and their deliveries in the publisher's transaction: two statements at most, for any subscribers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from cqrs.context import Context
from cqrs.database import database, parameters
from cqrs.errors import ConflictError, StaleVersionError
from cqrs.log.chain import digest
from cqrs.log.history import changes_since, head
from cqrs.log.statements import APPEND_ON_SQLITE, append_on_postgres, enqueue_on_sqlite

_TRIES = 100

# Subscriber key, order key, and the instant from which the delivery is due.
Recipient = tuple[str, str, datetime]

_expected: ContextVar[dict[str, int] | None] = ContextVar("cqrs_expected", default=None)


class BusyStreamError(ConflictError):
    """Too many people work on this at the same moment. Try again."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An event as it is stored."""

    id: UUID
    name: str
    version: int
    payload: str
    stream: str
    at: datetime
    trace: str = ""


def append(event: Encoded, context: Context, recipients: Sequence[Recipient] = ()) -> int:
    """Store the event at the end of its stream, with a waiting delivery for each recipient; its number in the log."""
    connection, content = database(), _content(event, context)
    write = _write_on_postgres if connection.vendor == "postgresql" else _write_on_sqlite
    with connection.cursor() as cursor:
        return write(cursor, event.stream, content, recipients)


def _write_on_postgres(
    cursor: CursorWrapper, stream: str, content: tuple[Any, ...], recipients: Sequence[Recipient]
) -> int:
    values = (*content, digest(content), stream, *chain.from_iterable(recipients))
    for _ in range(_TRIES):
        cursor.execute(append_on_postgres(len(recipients)), values)
        if found := cursor.fetchone():
            sequence, position = found
            _compare(stream, position)
            return int(sequence)
    raise BusyStreamError(stream)


def _write_on_sqlite(
    cursor: CursorWrapper, stream: str, content: tuple[Any, ...], recipients: Sequence[Recipient]
) -> int:
    connection = database()
    values = (*content, *[stream] * 3, digest(content))
    cursor.execute(APPEND_ON_SQLITE, parameters(values, connection))
    sequence = int(cursor.lastrowid)
    if _expected.get():
        _compare(stream, head(stream))
    if recipients:
        rows = [value for each in recipients for value in (sequence, *each)]
        cursor.execute(enqueue_on_sqlite(len(recipients)), parameters(rows, connection))
    return sequence


def _content(event: Encoded, context: Context) -> tuple[Any, ...]:
    """The values of `Content`."""
    actor = context.actor
    return (
        event.id, event.name, event.version, event.payload, event.stream, context.correlation_id, context.causation_id,
        actor.kind, actor.user_id, actor.name, context.source, event.at, event.trace,
    )  # fmt: skip


@contextmanager
def expecting(stream: str, position: int) -> Iterator[None]:
    """The first event of this stream inside has to be the next after `position`; else StaleVersionError."""
    token = _expected.set({**(_expected.get() or {}), stream: position})
    try:
        yield
    finally:
        _expected.reset(token)


def _compare(stream: str, position: int) -> None:
    """Only the first append is compared: what follows in the same transaction builds on it."""
    expected = _expected.get()
    if expected is None or (seen := expected.pop(stream, None)) is None or position == seen + 1:
        return
    changes = [change for change in changes_since(stream, seen) if change.position < position]
    text = f"{stream} stood at {seen} when you looked and is at {position - 1} now."
    raise StaleVersionError(text, stream=stream, changes=changes)
