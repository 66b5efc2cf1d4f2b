"""Writes events and their deliveries in the publisher's transaction: one statement each, however many subscribers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from cqrs.context import Context
from cqrs.database import DELIVERY_TABLE, EVENT_TABLE, database, parameter
from cqrs.errors import ConflictError, StaleVersionError
from cqrs.log.chain import COLUMNS, LINK_SQL, Content
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
_ENQUEUE = (
    f"INSERT INTO {DELIVERY_TABLE}"  # noqa: S608
    " (event_id, subscriber_key, order_key, status, attempts, available_at, error) VALUES "
)
_TRIES = 100

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


def append(event: Encoded, context: Context) -> int:
    """Store the event at the end of its stream; its sequence number in the whole log."""
    connection, content = database(), _content(event, context)
    values = [parameter(value, connection) for value in (*content.values(), content.digest(), event.stream)]
    with connection.cursor() as cursor:
        for _ in range(_TRIES):
            cursor.execute(_statement(connection.vendor), values)
            if found := cursor.fetchone():
                sequence, position = found
                _compare(event.stream, position)
                return int(sequence)
    raise BusyStreamError(event.stream)


def _content(event: Encoded, context: Context) -> Content:
    actor = context.actor
    return Content(
        id=event.id,
        name=event.name,
        version=event.version,
        payload=event.payload,
        stream=event.stream,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_name=actor.name,
        source=context.source,
        at=event.at,
        trace=event.trace,
    )


@cache
def _statement(vendor: str) -> str:
    return _APPEND.format(**(_POSTGRES if vendor == "postgresql" else _SQLITE))


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


def enqueue(sequence: int, recipients: Sequence[tuple[str, str, datetime]]) -> None:
    """Store one waiting delivery for each (subscriber key, order key, instant from which it is due)."""
    connection = database()
    values = [
        parameter(value, connection)
        for key, order_key, due in recipients
        for value in (sequence, key, order_key, "waiting", 0, due, "")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE + ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(recipients)), values)
