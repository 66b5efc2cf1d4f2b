"""Writes events and their deliveries in the publisher's transaction: two statements at most, for any subscribers."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from cqrs.context import Context
from cqrs.database import DELIVERY_TABLE, EVENT_TABLE, database, parameter
from cqrs.errors import ConflictError, StaleVersionError
from cqrs.log.chain import COLUMNS, LINK_SQL, digest
from cqrs.log.history import changes_since

# The next position of a stream is one more than the last. Two publishers at once: the unique index makes the second
# wait for the first, insert nothing, and try again with the next number. So there are no gaps, and no work is lost.
# The transaction's number never sinks along a stream, so that the feed, which it orders, keeps the stream's order.
# No part of a statement comes from outside: only names and functions of the database are put in.
_APPEND = f"""
INSERT INTO {EVENT_TABLE} ({", ".join(COLUMNS)}, position, sequence, transaction_id, hash)
SELECT {", ".join(["%s"] * len(COLUMNS))}, position, sequence, transaction_id, {{hash}}
FROM (
    SELECT COALESCE(head.position, 0) + 1 AS position, COALESCE(head.hash, '') AS previous,
        {{sequence}} AS sequence, {{transaction}} AS transaction_id
    FROM (SELECT 1) AS one LEFT JOIN (
        SELECT position, hash, transaction_id FROM {EVENT_TABLE} WHERE stream = %s ORDER BY position DESC LIMIT 1
    ) AS head ON TRUE
) AS next WHERE TRUE
ON CONFLICT (stream, position) DO NOTHING RETURNING sequence, position
"""  # noqa: S608
_LINK = LINK_SQL.format(previous="previous", position="position", sequence="sequence", digest="%s")
_POSTGRES = {
    "hash": f"encode(sha256(convert_to({_LINK}, 'UTF8')), 'hex')",
    "sequence": f"nextval('{EVENT_TABLE}_sequence_seq')",
    "transaction": "GREATEST(pg_current_xact_id()::text::bigint, COALESCE(head.transaction_id, 0))",
}
_SQLITE = {  # SHA256 is Django's; the newest event is never deleted, so that no number is given twice
    "hash": f"SHA256({_LINK})",
    "sequence": f"(SELECT COALESCE(MAX(sequence), 0) + 1 FROM {EVENT_TABLE})",  # noqa: S608
    "transaction": "0",
}
_ENQUEUE = f"INSERT INTO {DELIVERY_TABLE} (event_id, subscriber_key, order_key, status, attempts, available_at, error) "
# PostgreSQL writes both in one statement; SQLite knows none such.
_WITH_DELIVERIES = f"""
WITH stored AS ({{append}}), queued AS (
    {_ENQUEUE} SELECT stored.sequence, recipient.key, recipient.order_key, 'waiting', 0, recipient.due, ''
    FROM stored, (VALUES {{rows}}) AS recipient (key, order_key, due)
)
SELECT sequence, position FROM stored
"""  # noqa: S608
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
    values = [*content, digest(content), event.stream]
    together = connection.vendor == "postgresql"
    if together:
        values += _flat(recipients)
    with connection.cursor() as cursor:
        for _ in range(_TRIES):
            cursor.execute(_statement(connection.vendor, len(recipients) * together), _adapted(values, connection))
            if found := cursor.fetchone():
                sequence, position = found
                _compare(event.stream, position)
                if recipients and not together:
                    rows = _flat((sequence, *recipient) for recipient in recipients)
                    cursor.execute(_enqueue(len(recipients)), _adapted(rows, connection))
                return int(sequence)
    raise BusyStreamError(event.stream)


def _content(event: Encoded, context: Context) -> tuple[Any, ...]:
    """The values of `Content`."""
    actor = context.actor
    return (
        event.id, event.name, event.version, event.payload, event.stream, context.correlation_id, context.causation_id,
        actor.kind, actor.user_id, actor.name, context.source, event.at, event.trace,
    )  # fmt: skip


def _flat(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    return [value for row in rows for value in row]


def _adapted(values: list[Any], connection: BaseDatabaseWrapper) -> list[Any]:
    return values if connection.vendor == "postgresql" else [parameter(value, connection) for value in values]


@cache
def _statement(vendor: str, recipients: int) -> str:
    if vendor != "postgresql":
        return _APPEND.format(**_SQLITE)
    append = _APPEND.format(**_POSTGRES)
    rows = ", ".join(["(%s, %s, %s::timestamptz)"] * recipients)
    return _WITH_DELIVERIES.format(append=append, rows=rows) if recipients else append


@cache
def _enqueue(recipients: int) -> str:
    return _ENQUEUE + "VALUES " + ", ".join(["(%s, %s, %s, 'waiting', 0, %s, '')"] * recipients)


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
