"""Follows the whole log without missing an event, also one whose transaction began early and commits late."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Self

from cqrs.database import EVENT_TABLE, database
from cqrs.errors import ConflictError, InvalidMessageError
from cqrs.models import StoredEvent, StreamAnchor

_TOKEN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
_LARGEST = 2**63 - 1

# On PostgreSQL a later number may become visible before an earlier one. So the feed is ordered by the transactions'
# numbers and stays behind the oldest one that is still open, also one that writes no event. SQLite has one writer.
_FENCE = " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_READ = f"SELECT * FROM {EVENT_TABLE} WHERE (transaction_id, sequence) > (%s, %s)"  # noqa: S608


class EventsArchivedError(ConflictError):
    """Events that you have not seen yet were archived. Read them in the archive, then follow with `skip_archived`."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the feed: just behind an event, or the start."""

    transaction_id: int = 0
    sequence: int = 0

    @classmethod
    def of(cls, event: StoredEvent) -> Self:
        return cls(event.transaction_id, event.sequence)

    @classmethod
    def parse(cls, token: str) -> Self:
        """The place that a token names; "" is the start."""
        if not token:
            return cls()
        numbers = [int(number) for number in found.groups()] if (found := _TOKEN.fullmatch(token)) else []
        if not numbers or max(numbers) > _LARGEST:
            raise InvalidMessageError(fields={"after": ["This is no place in the feed."]})
        return cls(*numbers)

    def token(self) -> str:
        return f"{self.transaction_id}-{self.sequence}"


def read(after: Position, limit: int, names: Collection[str] | None = None) -> list[StoredEvent]:
    """At most so many events behind the place, in order; of these names only, if any are given."""
    statement = _READ
    values: list[object] = [after.transaction_id, after.sequence]
    if names is not None:
        statement += f" AND name IN ({', '.join(['%s'] * len(names)) or 'NULL'})"
        values += names
    if database().vendor == "postgresql":
        statement += _FENCE
    return list(StoredEvent.objects.raw(f"{statement} ORDER BY transaction_id, sequence LIMIT %s", [*values, limit]))


def end() -> Position:
    """The place behind all that the feed shows now: what is read from here has yet to be shown."""
    with database().cursor() as cursor:
        if database().vendor == "postgresql":
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, %s", [_LARGEST])
        else:
            cursor.execute(f"SELECT 0, COALESCE(MAX(sequence), 0) FROM {EVENT_TABLE}")  # noqa: S608  # a table's name
        return Position(*cursor.fetchone())


def ensure_kept(after: Position) -> None:
    """Raises EventsArchivedError when something behind the place was taken out of the log."""
    newest = StreamAnchor.objects.order_by("-transaction_id", "-sequence").first()
    if newest is not None and Position(newest.transaction_id, newest.sequence) > after:
        raise EventsArchivedError(f"The latest of them are in {newest.archive}, earlier ones beside it.")


def follow(
    after: Position, handle: Callable[[StoredEvent], None], *, names: Collection[str] | None = None, batch: int = 500
) -> Position:
    """Show each event behind the place to `handle`, until none is left; where the next call has to go on.

    Who must not be shown an event twice saves `Position.of(event)` in the transaction of what it makes of the event.
    Raises EventsArchivedError rather than leaving something out; `read` shows what is left.
    """
    ensure_kept(after)
    while events := read(after, batch, names):
        for event in events:
            handle(event)
            after = Position.of(event)
    return after
