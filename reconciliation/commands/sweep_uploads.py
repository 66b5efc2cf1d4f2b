from cqrs import Command, event_bus
from cqrs.operating.operators import operators
from reconciliation.events import SweepDue


class SweepUploads(Command[None], requires=operators):
    """Have a worker remove uploads that were never finished and stored files that no import has."""


@SweepUploads.handler
def sweep_uploads(_command: SweepUploads) -> None:
    event_bus.publish(SweepDue())
