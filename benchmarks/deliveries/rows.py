"""Events and deliveries by the thousand, written by the database itself."""

from django.db import connection

_EVENTS = """
INSERT INTO cqrs_event (id, name, version, payload, stream, position, correlation_id, actor_kind, actor_name, source,
    at, trace, transaction_id, hash)
SELECT gen_random_uuid(), %s, 1, '{"thing_id":' || n || '}', %s || n, 1, 'bench', 'system', 'bench', 'code', now(),
    '', 0, ''
FROM generate_series(1, %s) AS n RETURNING sequence
"""
_WAITING = f"""
WITH event AS ({_EVENTS})
INSERT INTO cqrs_delivery (event_id, subscriber_key, order_key, status, attempts, available_at, error)
SELECT sequence, %s, '', 'waiting', 0, now(), '' FROM event ORDER BY sequence
"""
_DONE = f"""
WITH event AS ({_EVENTS})
INSERT INTO cqrs_delivery (event_id, subscriber_key, order_key, status, attempts, available_at, finished_at, error)
SELECT sequence, 'past.' || key, '', 'done', 1, now(), now(), '' FROM event, generate_series(1, 10) AS key
"""

_LAST = "SELECT extract(epoch FROM max(finished_at)) FROM cqrs_delivery WHERE subscriber_key LIKE %s"

_series = iter(range(1_000_000))


def _execute(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def wait_for(event: str, subscriber: str, count: int) -> None:
    """So many waiting deliveries of the event to the subscriber."""
    _execute(_WAITING, event, f"bench{next(_series)}:", count, subscriber)


def past(count: int) -> None:
    """So many finished deliveries, ten for each event."""
    _execute(_DONE, "Past", f"past{next(_series)}:", count // 10)


def clear() -> None:
    """Nothing is left of the last round; what is past stays."""
    _execute("DELETE FROM cqrs_delivery WHERE subscriber_key NOT LIKE %s", "past.%")
    _execute("DELETE FROM cqrs_event WHERE name <> %s", "Past")
    _execute("VACUUM ANALYZE cqrs_delivery")
    _execute("VACUUM ANALYZE cqrs_event")


def unfinished() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cqrs_delivery WHERE status IN ('waiting', 'running'))")
        return bool(cursor.fetchone()[0])


def last_finished() -> float:
    """When the last delivery ended, in seconds since the epoch."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, ["bench.%"])
        return float(cursor.fetchone()[0])
