"""One event."""

from dataclasses import dataclass
from uuid import UUID

from cqrs import NotFoundError, Query
from cqrs.models import StoredEvent
from cqrs.operating.operators import operators
from cqrs.queries.rows import DeliveryRow, EventRow, delivery_row, event_row
from cqrs.registry import registry


@dataclass(frozen=True)
class EventDetail:
    """An event, its deliveries, and the subscribers to which it can be replayed."""

    event: EventRow
    deliveries: tuple[DeliveryRow, ...]
    subscribers: tuple[str, ...]


class GetEvent(Query[EventDetail], requires=operators):
    """One stored event, by its id or by its number in the log."""

    event: str


@GetEvent.handler
def get_event(query: GetEvent) -> EventDetail:
    found = _found(query.event)
    if found is None:
        raise NotFoundError(f"There is no event {query.event}. It may have been archived.")
    reacting = [set(entry.workers) for entry in registry.of_kind("event") if entry.name == found.name]
    deliveries = found.deliveries.select_related("event").order_by("id")
    return EventDetail(
        event=event_row(found),
        deliveries=tuple(delivery_row(each) for each in deliveries),
        subscribers=tuple(sorted(set().union(*reacting))),
    )


def _found(text: str) -> StoredEvent | None:
    if text.isdecimal():
        return StoredEvent.objects.filter(sequence=int(text)).first()
    try:
        return StoredEvent.objects.filter(id=UUID(text)).first()
    except ValueError:
        return None
