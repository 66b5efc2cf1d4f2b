"""Giving up on all that failed for one subscriber."""

from collections.abc import Iterator

from cqrs import Command, event_bus
from cqrs.events import DeadLettersSkipped
from cqrs.models import Delivery
from cqrs.operating import deliveries
from cqrs.operating.operators import operators
from cqrs.registry import registry


class SkipDeadLetters(Command[int], requires=operators):
    """Skip all dead letters of a subscriber; of one that is gone, all that waits for it. Answers how many."""

    subscriber_key: str
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.reason.strip():
            yield "reason", "Say why, for those who look later."


@SkipDeadLetters.handler
def skip_dead_letters(command: SkipDeadLetters) -> int:
    chosen = deliveries.unmade().filter(subscriber_key=command.subscriber_key)
    if command.subscriber_key in registry.workers():
        chosen = chosen.filter(status=Delivery.Status.DEAD)
    if count := deliveries.give_up(chosen):
        event_bus.publish(DeadLettersSkipped(subscriber_key=command.subscriber_key, count=count, reason=command.reason))
    return count
