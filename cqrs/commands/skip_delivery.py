"""Giving up on a delivery."""

from collections.abc import Iterator

from cqrs import Command, ConflictError, event_bus
from cqrs.events import DeliverySkipped
from cqrs.operating import deliveries
from cqrs.operating.operators import operators


class SkipDelivery(Command[None], requires=operators):
    """Never make a dead or waiting delivery; those behind it with the same order key go on."""

    delivery_id: int
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.reason.strip():
            yield "reason", "Say why, for those who look later."


@SkipDelivery.handler
def skip_delivery(command: SkipDelivery) -> None:
    found = deliveries.delivery(command.delivery_id)
    if not deliveries.give_up(deliveries.unmade().filter(pk=found.pk)):
        raise ConflictError(f"Delivery {found.pk} is {found.status}. Only a dead or a waiting one can be skipped.")
    event_bus.publish(
        DeliverySkipped(
            delivery_id=found.pk,
            event_id=found.event.id,
            subscriber_key=found.subscriber_key,
            reason=command.reason,
        )
    )
