"""Takes due deliveries for this worker: each gets a lease, a fencing token, and one more attempt counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import DELIVERY_TABLE, database, parameter
from cqrs.models import StoredEvent
from cqrs.registry import Worker, registry

LEASE = timedelta(seconds=60)

# Due is what runs under a lapsed lease, and what waits and whose time has come: two lists, so that each is read in the
# order of its own partial index. Nothing with an order key is due while an earlier one of the same subscriber and key
# waits, runs, or is dead (a dead letter halts its key), nor while a later one runs, whose transaction committed first.
# Two claims that see neither of two such rows run yet meet in the unique index: one fails and is repeated by the sweep.
_CLAIM = f"""
WITH lapsed AS MATERIALIZED (
    SELECT id FROM {DELIVERY_TABLE}
    WHERE status = 'running' AND lease_until <= %s AND subscriber_key IN ({{keys}})
    ORDER BY lease_until, id LIMIT %s {{locking}}
), due AS MATERIALIZED (
    SELECT id FROM {DELIVERY_TABLE} AS mine
    WHERE status = 'waiting' AND available_at <= %s AND subscriber_key IN ({{keys}})
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
WHERE id IN (SELECT id FROM lapsed UNION ALL SELECT id FROM due LIMIT %s)
RETURNING id, event_id, subscriber_key, attempts
"""  # noqa: S608  # table names and placeholders only


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker may work on until its lease lapses."""

    id: int
    token: UUID
    event: StoredEvent
    worker: Worker
    attempts: int


def claim(*, long: bool, limit: int) -> list[Claimed]:
    """At most so many due deliveries of the long or of the short workers that this code knows, in order."""
    workers = {key: worker for key, worker in registry.workers().items() if worker.long == long}
    if not workers:
        return []
    token, now = uuid4(), services.get(Clock).now()
    rows = _claimed_rows(list(workers), token, now, limit)
    events = StoredEvent.objects.in_bulk([event_id for _, event_id, _, _ in rows])
    return [
        Claimed(id=number, token=token, event=events[event_id], worker=workers[key], attempts=attempts)
        for number, event_id, key, attempts in sorted(rows)
    ]


def _claimed_rows(keys: Sequence[str], token: UUID, now: datetime, limit: int) -> list[tuple[int, int, str, int]]:
    connection = database()
    skips = connection.features.has_select_for_update_skip_locked
    statement = _CLAIM.format(
        keys=", ".join(["%s"] * len(keys)),
        locking="FOR UPDATE SKIP LOCKED" if skips else "",  # SQLite has one writer at a time anyway
    )
    values = (now, *keys, limit, now, *keys, limit, token, now + LEASE, limit)
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter(value, connection) for value in values])
        rows: list[tuple[int, int, str, int]] = cursor.fetchall()
    return rows
