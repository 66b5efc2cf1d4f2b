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
from cqrs.database import database, parameters, preparing_cursor
from cqrs.errors import ConflictError, MisuseError, StaleVersionError
from cqrs.log.chain import digest
from cqrs.log.history import changes_since, head
from cqrs.log.statements import APPEND_ON_SQLITE, append_on_postgres, enqueue_on_sqlite

_TRIES = 100

# Subscriber key, order key, and the instant from which the delivery is due.
Recipient = tuple[str, str, datetime]


@dataclass(slots=True)
class _Expectation:
    """A position, until an event is appended to its stream; `elsewhere`: one was appended to another stream."""

    position: int
    met: bool = False
    elsewhere: str = ""


_expected: ContextVar[dict[str, _Expectation] | None] = ContextVar("cqrs_expected", default=None)


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
    with preparing_cursor() as cursor:
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
    """The first event of this stream inside has to be the next after `position`; else StaleVersionError.

    What changes nothing, and so publishes nothing, is compared as well. Raises MisuseError for what publishes to other
    streams only: two of its kind at the same moment would not notice each other.
    """
    expectation = _Expectation(position)
    token = _expected.set({**(_expected.get() or {}), stream: expectation})
    try:
        yield
    finally:
        _expected.reset(token)
    if not expectation.met:
        _refuse_stale(stream, position, head(stream))
        if expectation.elsewhere:
            text = f"The version of {stream} was named, and {expectation.elsewhere} was published to, but not {stream}"
            raise MisuseError(f"{text}: let stream() of the command name the stream that its events have.")


def _compare(stream: str, position: int) -> None:
    """Only the first append is compared: what follows in the same transaction builds on it."""
    for name, expectation in (_expected.get() or {}).items():
        if name != stream:
            expectation.elsewhere = stream
        elif not expectation.met:
            expectation.met = True
            _refuse_stale(stream, expectation.position, position - 1)


def _refuse_stale(stream: str, seen: int, newest: int) -> None:
    """Where the newest event, but for the one being appended, is another than the one that was seen."""
    if newest == seen:
        return
    changes = [change for change in changes_since(stream, seen) if change.position <= newest]
    text = f"{stream} stood at {seen} when you looked and is at {newest} now."
    raise StaleVersionError(text, stream=stream, changes=changes)
