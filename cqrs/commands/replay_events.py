"""Delivering a part of the log to one subscriber again."""

from collections.abc import Iterator

from cqrs import Command, event_bus
from cqrs.events import EventsReplayed
from cqrs.keeping import archive_file
from cqrs.log.feed import EventsArchivedError
from cqrs.models import StoredEvent, StreamAnchor
from cqrs.operating import deliveries
from cqrs.operating.operators import operators

_WIDEST = 100_000
_LARGEST = 2**63 - 1


class ReplayEvents(Command[int], requires=operators):
    """Deliver the events with these sequence numbers to one subscriber, both ends included. Answers how many."""

    subscriber_key: str
    first: int
    last: int

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 0 < self.first <= self.last:
            yield "first", "The first number is positive and not above the last."
        if self.last > _LARGEST:
            yield "last", "No event has such a number."
        if self.last - self.first >= _WIDEST:
            yield "last", f"At most {_WIDEST:,} numbers at a time: it is one transaction."


@ReplayEvents.handler
def replay_events(command: ReplayEvents) -> int:
    if StreamAnchor.objects.filter(sequence__gte=command.first).exists():
        _refuse_archived(command)
    chosen = StoredEvent.objects.filter(sequence__range=(command.first, command.last))
    if count := deliveries.replay(chosen, command.subscriber_key):
        event_bus.publish(
            EventsReplayed(subscriber_key=command.subscriber_key, count=count, first=command.first, last=command.last)
        )
    return count


def _refuse_archived(command: ReplayEvents) -> None:
    """Rather than deliver some of them and leave others out in silence."""
    if archive := archive_file.holding(lambda each: command.first <= each.sequence <= command.last):
        raise EventsArchivedError(f"Some of these numbers are in {archive}: they can no longer be replayed.")
