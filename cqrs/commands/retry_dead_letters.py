"""Trying all that failed again, once its cause is mended."""

from cqrs import Command, event_bus
from cqrs.events import DeadLettersRetried
from cqrs.models import Delivery
from cqrs.operating import deliveries
from cqrs.operating.operators import operators


class RetryDeadLetters(Command[int], requires=operators):
    """Let all dead letters of a subscriber be tried again. Answers how many there were."""

    subscriber_key: str


@RetryDeadLetters.handler
def retry_dead_letters(command: RetryDeadLetters) -> int:
    deliveries.worker(command.subscriber_key)
    dead = Delivery.objects.filter(status=Delivery.Status.DEAD)
    if count := deliveries.rearm(dead, command.subscriber_key):
        event_bus.publish(DeadLettersRetried(subscriber_key=command.subscriber_key, count=count))
    return count
