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

# Due is what waits and whose time has come, and what runs under a lapsed lease. Nothing with an order key is due while
# an earlier one of the same subscriber and key waits, runs, or is dead: a dead letter halts its key.
_CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT mine.id FROM {DELIVERY_TABLE} mine
    WHERE ((mine.status = 'waiting' AND mine.available_at <= %s)
        OR (mine.status = 'running' AND mine.lease_until <= %s))
      AND mine.subscriber_key IN ({{keys}})
      AND (mine.order_key = '' OR NOT EXISTS (
          SELECT 1 FROM {DELIVERY_TABLE} earlier
          WHERE earlier.subscriber_key = mine.subscriber_key AND earlier.order_key = mine.order_key
            AND earlier.order_key <> '' AND earlier.id < mine.id
            AND earlier.status IN ('waiting', 'running', 'dead')))
    ORDER BY mine.available_at, mine.id LIMIT %s {{locking}}
)
UPDATE {DELIVERY_TABLE} SET status = 'running', attempts = attempts + 1, claim_token = %s, lease_until = %s
WHERE id IN (SELECT id FROM due)
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


def _claimed_rows(keys: Sequence[str], token: UUID, now: datetime, limit: int) -> list[tuple[int, UUID, str, int]]:
    connection = database()
    skips = connection.features.has_select_for_update_skip_locked
    statement = _CLAIM.format(
        keys=", ".join(["%s"] * len(keys)),
        locking="FOR UPDATE OF mine SKIP LOCKED" if skips else "",  # SQLite has one writer at a time anyway
    )
    values = (now, now, *keys, limit, token, now + LEASE)
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter(value, connection) for value in values])
        return [(number, _uuid(event), key, attempts) for number, event, key, attempts in cursor.fetchall()]


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
