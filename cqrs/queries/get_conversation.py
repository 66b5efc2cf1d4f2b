"""What one request led to: its events, their deliveries, what these published, and so on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from cqrs import Query
from cqrs.models import Delivery, StoredEvent
from cqrs.operating.operators import operators
from cqrs.queries.rows import DeliveryRow, EventRow, delivery_row, event_row

_MOST = 500


@dataclass(frozen=True)
class Step:
    """An event, or a delivery of the event above it; `parent` is the place of the step that led to it."""

    place: int
    parent: int | None
    depth: int
    event: EventRow | None = None
    delivery: DeliveryRow | None = None


@dataclass(frozen=True)
class Conversation:
    """The steps as a tree, each before what it led to."""

    correlation_id: str
    steps: tuple[Step, ...]
    cut: bool


class GetConversation(Query[Conversation], requires=operators):
    """All that has one correlation id, as the tree of what caused what; its first 500 events."""

    correlation_id: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.correlation_id.isprintable():
            yield "correlation_id", "No request has such an id."


@GetConversation.handler
def get_conversation(query: GetConversation) -> Conversation:
    found = StoredEvent.objects.filter(correlation_id=query.correlation_id).order_by("sequence")[: _MOST + 1]
    events = [event_row(each) for each in found][:_MOST]
    deliveries = Delivery.objects.filter(event__in=[each.sequence for each in events]).select_related("event")
    tree = _Tree(events, [delivery_row(each) for each in deliveries.order_by("id")])
    return Conversation(query.correlation_id, tuple(tree.steps()), cut=len(found) > _MOST)


class _Tree:
    """A delivery hangs below its event, and what its subscriber published below the delivery."""

    def __init__(self, events: list[EventRow], deliveries: list[DeliveryRow]) -> None:
        self._deliveries: dict[UUID, list[DeliveryRow]] = defaultdict(list)
        for delivery in deliveries:
            self._deliveries[delivery.event_id].append(delivery)
        made = {(each.event_id, each.subscriber_key) for each in deliveries}
        here = {each.id for each in events}
        self._below: dict[tuple[UUID | None, str], list[EventRow]] = defaultdict(list)
        for event in events:
            cause = event.causation_id if event.causation_id in here else None
            by = event.actor_name if cause is not None and (cause, event.actor_name) in made else ""
            self._below[cause, by].append(event)

    def steps(self) -> Iterator[Step]:
        """Each before what it led to; without recursion, because a chain may be as long as the conversation."""
        place = 0
        below: list[EventRow | DeliveryRow]
        ahead: list[tuple[EventRow | DeliveryRow, int | None, int]]
        ahead = [(event, None, 0) for event in reversed(self._below[None, ""])]
        while ahead:
            row, parent, depth = ahead.pop()
            if isinstance(row, EventRow):
                yield Step(place, parent, depth, event=row)
                below = [*self._below[row.id, ""], *self._deliveries[row.id]]
            else:
                yield Step(place, parent, depth, delivery=row)
                below = [*self._below[row.event_id, row.subscriber_key]]
            ahead += [(each, place, depth + 1) for each in reversed(below)]
            place += 1
