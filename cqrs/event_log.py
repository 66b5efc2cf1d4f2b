"""Events and deliveries, written in the publisher's transaction: one statement each, however many subscribers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cqrs.context import Context
from cqrs.database import DELIVERY_TABLE, EVENT_TABLE, database, parameter
from cqrs.errors import ConflictError

_COLUMNS = (
    "id", "name", "version", "payload", "stream", "correlation_id", "causation_id",
    "actor_kind", "actor_id", "actor_name", "source", "at", "trace", "transaction_id", "hash",
)  # fmt: skip

# The next position of a stream is one more than the last. Two publishers at once: the unique index makes the second
# wait for the first, insert nothing, and try again with the next number. So there are no gaps, and no work is lost.
# No part of either statement comes from outside: only table and column names are put in.
_APPEND = (
    f"INSERT INTO {EVENT_TABLE} ({', '.join(_COLUMNS)}, position)"  # noqa: S608
    f" SELECT {', '.join(['%s'] * len(_COLUMNS))}, COALESCE(MAX(position), 0) + 1 FROM {EVENT_TABLE} WHERE stream = %s"
    " ON CONFLICT (stream, position) DO NOTHING RETURNING sequence"
)
_ENQUEUE = (
    f"INSERT INTO {DELIVERY_TABLE}"  # noqa: S608
    " (event_id, subscriber_key, order_key, status, attempts, available_at, error) VALUES "
)
_LATEST = (
    f"SELECT name, version, payload FROM {EVENT_TABLE} WHERE stream = %s AND name = %s"  # noqa: S608
    " ORDER BY position DESC LIMIT 1"
)
_TRIES = 100


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


def append(event: Encoded, context: Context) -> int:
    """Store the event; its sequence number in the whole log."""
    connection, actor = database(), context.actor
    row = (
        event.id, event.name, event.version, event.payload, event.stream, context.correlation_id, context.causation_id,
        actor.kind, actor.user_id, actor.name, context.source, event.at, "", 0, "",
    )  # fmt: skip
    values = [parameter(value, connection) for value in (*row, event.stream)]
    with connection.cursor() as cursor:
        for _ in range(_TRIES):
            cursor.execute(_APPEND, values)
            if found := cursor.fetchone():
                return int(found[0])
    raise BusyStreamError(event.stream)


def latest(name: str, stream: str) -> tuple[str, int, str] | None:
    """Name, version and payload of the newest event of this name in the stream."""
    with database().cursor() as cursor:
        cursor.execute(_LATEST, [stream, name])
        found: tuple[str, int, str] | None = cursor.fetchone()
    return found


def enqueue(sequence: int, at: datetime, recipients: Sequence[tuple[str, str]]) -> None:
    """Store one waiting delivery for each (subscriber key, order key)."""
    connection = database()
    values = [
        parameter(value, connection)
        for key, order_key in recipients
        for value in (sequence, key, order_key, "waiting", 0, at, "")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE + ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(recipients)), values)
