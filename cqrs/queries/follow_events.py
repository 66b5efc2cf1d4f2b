"""The log as another system follows it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cqrs import Page, Query
from cqrs.log import feed
from cqrs.log.feed import Position
from cqrs.models import StoredEvent
from cqrs.operators import operators

LONGEST = 500


@dataclass(frozen=True)
class FollowedEvent:
    """An event; `token` is its place in the feed, to go on behind it."""

    token: str
    id: str
    name: str
    version: int
    stream: str
    position: int
    payload: dict[str, Any]
    correlation_id: str
    causation_id: str | None
    actor_kind: str
    actor_name: str
    source: str
    at: datetime


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
    return FollowedEvent(
        token=Position.of(event).token(),
        id=str(event.id),
        name=event.name,
        version=event.version,
        stream=event.stream,
        position=event.position,
        payload=json.loads(event.payload),
        correlation_id=event.correlation_id,
        causation_id=str(event.causation_id) if event.causation_id else None,
        actor_kind=event.actor_kind,
        actor_name=event.actor_name,
        source=event.source,
        at=event.at,
    )
