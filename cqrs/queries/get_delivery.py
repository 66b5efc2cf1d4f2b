"""One delivery."""

from dataclasses import dataclass

from cqrs import NotFoundError, Query
from cqrs.models import Delivery, StoredEvent
from cqrs.operating.operators import operators
from cqrs.queries.rows import DeliveryRow, EventRow, delivery_row, event_row


@dataclass(frozen=True)
class DeliveryDetail:
    """A delivery, and what operators decided about it."""

    delivery: DeliveryRow
    decided: tuple[EventRow, ...]


class GetDelivery(Query[DeliveryDetail], requires=operators):
    """One delivery, with who retried or skipped it and why."""

    delivery_id: int


@GetDelivery.handler
def get_delivery(query: GetDelivery) -> DeliveryDetail:
    found = Delivery.objects.select_related("event").filter(pk=query.delivery_id).first()
    if found is None:
        raise NotFoundError(f"There is no delivery {query.delivery_id}.")
    decided = StoredEvent.objects.filter(stream=f"delivery:{found.pk}").order_by("position")
    return DeliveryDetail(delivery_row(found), tuple(event_row(event) for event in decided))
