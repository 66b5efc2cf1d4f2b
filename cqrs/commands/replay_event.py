"""Delivering one event to one subscriber again."""

from uuid import UUID

from cqrs import Command, ConflictError, NotFoundError, event_bus
from cqrs.events import EventReplayed
from cqrs.keeping import archive_file
from cqrs.log.feed import EventsArchivedError
from cqrs.models import StoredEvent
from cqrs.operating import deliveries
from cqrs.operating.operators import operators


class ReplayEvent(Command[None], requires=operators):
    """Deliver a stored event to one subscriber, whether or not it had it before."""

    event_id: UUID
    subscriber_key: str


@ReplayEvent.handler
def replay_event(command: ReplayEvent) -> None:
    chosen = StoredEvent.objects.filter(id=command.event_id)
    if not chosen.exists():
        if archive := archive_file.holding(lambda each: each.content.id == command.event_id):
            raise EventsArchivedError(f"{command.event_id} is in {archive}: it can no longer be replayed.")
        raise NotFoundError(f"There is no event {command.event_id}.")
    if not deliveries.replay(chosen, command.subscriber_key):
        raise ConflictError(f"{command.subscriber_key} does not react to this event, or has it due or running now.")
    event_bus.publish(EventReplayed(event_id=command.event_id, subscriber_key=command.subscriber_key))
