"""The statements that write events and their deliveries, for each database.

No part of them comes from outside: only names and functions of the database are put in.
"""

from functools import cache

from cqrs.database import DELIVERY_TABLE, EVENT_TABLE
from cqrs.log.chain import COLUMNS, LINK_SQL

_INTO = f"INSERT INTO {EVENT_TABLE} ({', '.join(COLUMNS)}, position, sequence, transaction_id, hash)"
_VALUES = ", ".join(["%s"] * len(COLUMNS))

# On PostgreSQL these statements are prepared, because planning them takes longer than executing them. What is NULL at
# times has no type of its own, and would make another statement of it.
_TYPES = {"id": "uuid", "version": "int", "causation_id": "uuid", "actor_id": "bigint", "at": "timestamptz"}
_TYPED = ", ".join(f"%s::{_TYPES.get(name, 'text')}" for name in COLUMNS)

# The next position of a stream is one more than the last. On PostgreSQL, two publishers at once: the unique index makes
# the second wait for the first, insert nothing, and try again with the next number. So there are no gaps, and no work
# is lost. The transaction's number never sinks along a stream, so that the feed, which it orders, keeps the order.
# Values: those of COLUMNS, the digest, the stream.
_LINK = LINK_SQL.format(previous="previous", position="position", sequence="sequence", digest="%s")
_POSTGRES = f"""
{_INTO}
SELECT {_TYPED}, position, sequence, transaction_id, encode(sha256(convert_to({_LINK}, 'UTF8')), 'hex')
FROM (
    SELECT COALESCE(head.position, 0) + 1 AS position, COALESCE(head.hash, '') AS previous,
        nextval('{EVENT_TABLE}_sequence_seq') AS sequence,
        GREATEST(pg_current_xact_id()::text::bigint, COALESCE(head.transaction_id, 0)) AS transaction_id
    FROM (SELECT 1) AS one LEFT JOIN (
        SELECT position, hash, transaction_id FROM {EVENT_TABLE} WHERE stream = %s ORDER BY position DESC LIMIT 1
    ) AS head ON TRUE
) AS next WHERE TRUE
ON CONFLICT (stream, position) DO NOTHING RETURNING sequence, position
"""  # noqa: S608

# SQLite has one writer, and reads faster one by one. SHA256 is Django's; the newest event is never deleted, so that no
# number is given twice. Values: those of COLUMNS, the stream three times, the digest.
_NEXT = f"(SELECT COALESCE(MAX({{0}}), 0) + 1 FROM {EVENT_TABLE}{{1}})"  # noqa: S608
_POSITION, _SEQUENCE = _NEXT.format("position", " WHERE stream = %s"), _NEXT.format("sequence", "")
_PREVIOUS = f"(SELECT hash FROM {EVENT_TABLE} WHERE stream = %s ORDER BY position DESC LIMIT 1)"  # noqa: S608
_SQLITE_LINK = LINK_SQL.format(
    previous=f"COALESCE({_PREVIOUS}, '')", position=_POSITION, sequence=_SEQUENCE, digest="%s"
)
APPEND_ON_SQLITE = f"{_INTO} VALUES ({_VALUES}, {_POSITION}, {_SEQUENCE}, 0, SHA256({_SQLITE_LINK}))"

_ENQUEUE = f"INSERT INTO {DELIVERY_TABLE} (event_id, subscriber_key, order_key, status, attempts, available_at, error) "
_WITH_DELIVERIES = f"""
WITH stored AS ({_POSTGRES}), queued AS (
    {_ENQUEUE} SELECT stored.sequence, recipient.key, recipient.order_key, 'waiting', 0, recipient.due, ''
    FROM stored, (VALUES {{rows}}) AS recipient (key, order_key, due)
)
SELECT sequence, position FROM stored
"""  # noqa: S608


@cache
def append_on_postgres(recipients: int) -> str:
    """The event and all its deliveries; besides the event's values it takes key, order key and due time of each."""
    rows = ", ".join(["(%s, %s, %s::timestamptz)"] * recipients)
    return _WITH_DELIVERIES.format(rows=rows) if recipients else _POSTGRES


@cache
def enqueue_on_sqlite(recipients: int) -> str:
    """The deliveries: it takes sequence, key, order key and due time of each."""
    return _ENQUEUE + "VALUES " + ", ".join(["(%s, %s, %s, 'waiting', 0, %s, '')"] * recipients)
