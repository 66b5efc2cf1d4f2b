"""The loop one writes by hand: claim some rows, run each in a transaction of its own, acknowledge it there."""

import json
from collections.abc import Callable
from uuid import uuid4

import psycopg
from django.db import connection

_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM cqrs_delivery WHERE status = 'waiting' AND available_at <= now()
    ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE cqrs_delivery AS mine
SET status = 'running', attempts = attempts + 1, claim_token = %s, lease_until = now() + interval '1 minute'
FROM cqrs_event AS event WHERE mine.id IN (SELECT id FROM due) AND event.sequence = mine.event_id
RETURNING mine.id, event.payload
"""
_ACKNOWLEDGE = """
UPDATE cqrs_delivery SET status = 'done', finished_at = now(), lease_until = NULL
WHERE id = %s AND claim_token = %s AND status = 'running'
"""


def deliver_all(handler: Callable[[object], None], *, limit: int = 100) -> int:
    """How many it delivered."""
    count = 0
    with psycopg.connect(_address(), autocommit=True) as database:
        while rows := database.execute(_CLAIM, [limit, token := uuid4()]).fetchall():
            for number, payload in sorted(rows):
                with database.transaction():
                    handler(json.loads(payload))
                    if database.execute(_ACKNOWLEDGE, [number, token]).rowcount != 1:
                        raise RuntimeError(f"Delivery {number} is lost.")
            count += len(rows)
    return count


def _address() -> str:
    given = connection.settings_dict
    return f"host={given['HOST']} port={given['PORT']} user={given['USER']} dbname={given['NAME']}"
