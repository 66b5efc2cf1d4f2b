"""Takes due deliveries for this worker: each gets a lease, a fencing token, and one more attempt counted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import DatabaseError, close_old_connections

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import DELIVERY_TABLE, EVENT_TABLE, database, parameter
from cqrs.deliveries import halted
from cqrs.registry import Worker, registry

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
_REPEATS = 2

# Due is what runs under a lapsed lease, and what waits and whose time has come: two lists, so that each is read in the
# order of its own partial index. What lapsed may have killed its worker, and all that this one held beside it: it is
# taken alone, so that only the culprit runs out of attempts.
# Nothing with an order key is due while an earlier one of the same subscriber and key waits, runs, or is dead (a dead
# letter halts its key), nor while a later one runs, whose transaction committed first. Two claims that see neither of
# two such rows run yet meet in the unique index: the second fails as a whole, and is made again on what it sees then.
_CLAIM = f"""
WITH lapsed AS MATERIALIZED (
    SELECT id FROM {DELIVERY_TABLE}
    WHERE status = 'running' AND lease_until <= %s AND subscriber_key IN ({{keys}})
    ORDER BY lease_until, id LIMIT 1 {{locking}}
), due AS MATERIALIZED (
    SELECT id FROM {DELIVERY_TABLE} AS mine
    WHERE status = 'waiting' AND available_at <= %s AND subscriber_key IN ({{keys}})
      AND NOT EXISTS (SELECT 1 FROM lapsed){{front}}
      AND (order_key = '' OR NOT EXISTS (
          SELECT 1 FROM {DELIVERY_TABLE} AS earlier
          WHERE earlier.subscriber_key = mine.subscriber_key AND earlier.order_key = mine.order_key
            AND earlier.order_key <> '' AND earlier.id < mine.id
            AND earlier.status IN ('waiting', 'running', 'dead')))
      AND (order_key = '' OR NOT EXISTS (
          SELECT 1 FROM {DELIVERY_TABLE} AS other
          WHERE other.subscriber_key = mine.subscriber_key AND other.order_key = mine.order_key
            AND other.order_key <> '' AND other.status = 'running'))
    ORDER BY available_at, id LIMIT %s {{locking}}
)
UPDATE {DELIVERY_TABLE} SET status = 'running', attempts = attempts + 1, claim_token = %s, lease_until = %s
WHERE id {{among}} (SELECT id FROM lapsed UNION ALL SELECT id FROM due){{end}}
RETURNING id, event_id, subscriber_key, attempts
"""  # noqa: S608  # table names and placeholders only

# Behind many rows that wait for others of their key a claim takes long. The next ones look at the oldest rows only.
_FRONT = f"""
      AND id IN (SELECT id FROM {DELIVERY_TABLE} WHERE status = 'waiting' AND available_at <= %s
          AND subscriber_key IN ({{keys}}) ORDER BY available_at, id LIMIT 1000)
"""  # noqa: S608  # see above
_SLOW_SECONDS = 0.03
_NARROW_FOR = 10  # times as long as the slow one took


class PublishedEvent(NamedTuple):
    """What a delivery needs of a stored event; rows and not models, because batches are large."""

    sequence: int
    id: UUID
    name: str
    version: int
    payload: str
    correlation_id: str
    trace: str


_PUBLISHED = f"SELECT {', '.join(PublishedEvent._fields)} FROM {EVENT_TABLE} WHERE sequence IN ({{sequences}})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker may work on until its lease lapses."""

    id: int
    token: UUID
    event: PublishedEvent
    worker: Worker
    attempts: int


def claim(*, long: bool, limit: int) -> list[Claimed]:
    """At most so many due deliveries of the long or of the short workers that this code knows, in order."""
    workers = {key: worker for key, worker in registry.workers().items() if worker.long == long}
    if not workers:
        return []
    for _ in range(_REPEATS):
        try:
            return _claim(workers, limit)
        except DatabaseError:  # another claim had the key first, a deadlock of two claims, or a connection that is gone
            if database().in_atomic_block:
                raise
            log.warning("A claim failed and is repeated", exc_info=True)
            mend_connection()
    return _claim(workers, limit)


def mend_connection() -> None:
    """After a failure: a connection that was killed fails a second time otherwise. Not in somebody's transaction."""
    if not database().in_atomic_block:
        close_old_connections()


class _Pace:
    """Until when this process's claims look at the front only."""

    narrow_until = 0.0


def _claim(workers: Mapping[str, Worker], limit: int) -> list[Claimed]:
    token, now, begin = uuid4(), services.get(Clock).now(), monotonic()
    narrow = begin < _Pace.narrow_until
    rows = _claimed_rows(list(workers), token, now, limit, narrow=narrow)
    if not narrow and (seconds := monotonic() - begin) > _SLOW_SECONDS:
        _Pace.narrow_until = monotonic() + seconds * _NARROW_FOR
        halted.set_aside(now)
    while narrow and not rows and halted.set_aside(now):
        rows = _claimed_rows(list(workers), token, now, limit, narrow=True)
    events = published([event_id for _, event_id, _, _ in rows])
    return [
        Claimed(id=number, token=token, event=events[event_id], worker=workers[key], attempts=attempts)
        for number, event_id, key, attempts in sorted(rows)
    ]


def published(sequences: Sequence[int]) -> dict[int, PublishedEvent]:
    """The events by their numbers in the log."""
    if not sequences:
        return {}
    statement = _PUBLISHED.format(sequences=", ".join(map(str, set(sequences))))
    with database().cursor() as cursor:
        cursor.execute(statement)
        rows = [PublishedEvent._make(row) for row in cursor.fetchall()]
    return {row.sequence: row if isinstance(row.id, UUID) else row._replace(id=UUID(row.id)) for row in rows}


def _claimed_rows(
    keys: Sequence[str], token: UUID, now: datetime, limit: int, *, narrow: bool
) -> list[tuple[int, int, str, int]]:
    connection = database()
    postgres = connection.vendor == "postgresql"
    places = ", ".join(["%s"] * len(keys))
    statement = _CLAIM.format(
        keys=places,
        front=_FRONT.format(keys=places) if narrow else "",
        locking="FOR UPDATE SKIP LOCKED" if postgres else "",  # SQLite has one writer at a time anyway
        among="= ANY(ARRAY" if postgres else "IN",  # an array is looked up by index, whatever the statistics say
        end=")" if postgres else "",
    )
    due = (now, *keys)
    values = (*due, *due, *(due if narrow else ()), limit, token, now + LEASE)
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter(value, connection) for value in values])
        rows: list[tuple[int, int, str, int]] = cursor.fetchall()
    return rows
