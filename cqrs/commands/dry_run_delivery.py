"""Seeing what a delivery would do."""

from cqrs import Command, ConflictError
from cqrs.models import Delivery
from cqrs.operating import deliveries
from cqrs.operating.dry_run import DryRun, dry_run
from cqrs.operating.operators import operators


class DryRunDelivery(Command[DryRun], requires=operators):
    """Make a delivery for show: answers what it would change, publish and call, and undoes it."""

    delivery_id: int


@DryRunDelivery.handler
def dry_run_delivery(command: DryRunDelivery) -> DryRun:
    found = deliveries.delivery(command.delivery_id)
    if found.status == Delivery.Status.RUNNING:
        raise ConflictError(f"Delivery {found.pk} runs at this moment.")
    return dry_run(found, deliveries.worker(found.subscriber_key))
