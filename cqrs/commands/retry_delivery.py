"""Trying a delivery again."""

from cqrs import Command, ConflictError, event_bus
from cqrs.events import DeliveryRetried
from cqrs.operating import deliveries
from cqrs.operating.operators import operators


class RetryDelivery(Command[None], requires=operators):
    """Let a dead or waiting delivery be tried now, with all its attempts."""

    delivery_id: int


@RetryDelivery.handler
def retry_delivery(command: RetryDelivery) -> None:
    found = deliveries.delivery(command.delivery_id)
    if due := deliveries.due_at(found):
        text = f"Delivery {found.pk} is scheduled for {due:%Y-%m-%d %H:%M:%S} UTC and nothing is wrong with it."
        raise ConflictError(f"{text} Cancel it and send it anew for another time, or skip it.")
    if not deliveries.rearm(deliveries.unmade().filter(pk=found.pk), found.subscriber_key):
        raise ConflictError(f"Delivery {found.pk} is {found.status}. Only a dead or a waiting one can be retried.")
    event_bus.publish(
        DeliveryRetried(
            delivery_id=found.pk,
            event_id=found.event.id,
            subscriber_key=found.subscriber_key,
            attempts=found.attempts,
        )
    )
