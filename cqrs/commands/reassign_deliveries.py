"""Giving the deliveries of a subscriber that is gone to the one that took its place."""

from django.db.models import Exists, OuterRef

from cqrs import Command, InvalidMessageError, event_bus
from cqrs.events import DeliveriesReassigned
from cqrs.models import Delivery
from cqrs.operating import deliveries
from cqrs.operating.operators import operators
from cqrs.registry import registry


class ReassignDeliveries(Command[int], requires=operators):
    """Move what waits for a key that no code has any more to another one. Answers how many rows.

    What the other one has a delivery of already stays behind: skip it. So does what older code runs at this moment:
    it is done, or can be moved when its lease has lapsed.
    """

    former_key: str
    subscriber_key: str


@ReassignDeliveries.handler
def reassign_deliveries(command: ReassignDeliveries) -> int:
    deliveries.worker(command.subscriber_key)
    if command.former_key in registry.workers():
        raise InvalidMessageError(fields={"former_key": [f"{command.former_key} is still there."]})
    had = Delivery.objects.filter(event=OuterRef("event"), subscriber_key=command.subscriber_key)
    left = deliveries.unmade().filter(~Exists(had), subscriber_key=command.former_key)
    deliveries.release(left)
    count = left.update(subscriber_key=command.subscriber_key)
    if count:
        deliveries.wake(command.subscriber_key)
        event_bus.publish(
            DeliveriesReassigned(subscriber_key=command.subscriber_key, count=count, former_key=command.former_key)
        )
    return count
