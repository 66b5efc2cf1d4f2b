"""The log as another system follows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from cqrs import Page, Query
from cqrs.log import feed
from cqrs.log.feed import Position
from cqrs.models import StoredEvent
from cqrs.operating.operators import operators
from cqrs.queries.rows import EventRow, event_row

LONGEST = 500


@dataclass(frozen=True)
class FollowedEvent(EventRow):
    """An event; `token` is its place in the feed, to go on behind it."""

    token: str


class FollowEvents(Query[Page[FollowedEvent]], requires=operators):
    """Events in the order in which they became visible, so that whoever asks again with `next` misses none.

    There is always a `next`: ask again later with it when a page is not full. Refused when events behind `after` were
    archived, unless `skip_archived` is given.
    """

    after: str = ""
    limit: int = 100
    skip_archived: bool = False

    def validate(self) -> Iterable[tuple[str, str]]:
        if not 1 <= self.limit <= LONGEST:
            yield "limit", f"A page has 1 to {LONGEST} events."


@FollowEvents.handler
def follow_events(query: FollowEvents) -> Page[FollowedEvent]:
    place = Position.parse(query.after)
    if not query.skip_archived:
        feed.ensure_kept(place)
    events = feed.read(place, query.limit)
    behind = Position.of(events[-1]) if events else place
    return Page(items=tuple(_row(event) for event in events), next=behind.token())


def _row(event: StoredEvent) -> FollowedEvent:
    return FollowedEvent(**vars(event_row(event)), token=Position.of(event).token())
