"""What is known of one stream."""

from collections.abc import Sequence
from datetime import UTC

from cqrs.database import EVENT_TABLE, database
from cqrs.errors import Change

_LATEST = (
    f"SELECT name, version, payload FROM {EVENT_TABLE} WHERE stream = %s AND name = %s"  # noqa: S608
    " ORDER BY position DESC LIMIT 1"
)
_HEAD = f"SELECT COALESCE(MAX(position), 0) FROM {EVENT_TABLE} WHERE stream = %s"  # noqa: S608
_CHANGES = f"SELECT position, name, actor_name, at FROM {EVENT_TABLE} WHERE stream = %s"  # noqa: S608
_MOST = 20


def latest(name: str, stream: str) -> tuple[str, int, str] | None:
    """Name, version and payload of the newest event of this name in the stream."""
    with database().cursor() as cursor:
        cursor.execute(_LATEST, [stream, name])
        found: tuple[str, int, str] | None = cursor.fetchone()
    return found


def head(stream: str) -> int:
    """The position of the newest event of the stream, 0 while there is none."""
    with database().cursor() as cursor:
        cursor.execute(_HEAD, [stream])
        (position,) = cursor.fetchone()
    return int(position)


def changes_since(stream: str, position: int) -> tuple[Change, ...]:
    """What happened in the stream after the position, the oldest first, at most twenty of them."""
    return _changes(f"{_CHANGES} AND position > %s ORDER BY position LIMIT %s", [stream, position, _MOST])


def last_changes(stream: str, count: int, name: str | None = None) -> tuple[Change, ...]:
    """The newest so many events of the stream, or of this name in it, the oldest first, at most twenty of them."""
    values: list[str | int]
    named, values = ("", [stream]) if name is None else (" AND name = %s", [stream, name])
    newest = _changes(f"{_CHANGES}{named} ORDER BY position DESC LIMIT %s", [*values, min(count, _MOST)])
    return newest[::-1]


def _changes(statement: str, values: Sequence[str | int]) -> tuple[Change, ...]:
    with database().cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return tuple(
        Change(number, name, actor, at if at.tzinfo else at.replace(tzinfo=UTC)) for number, name, actor, at in rows
    )
