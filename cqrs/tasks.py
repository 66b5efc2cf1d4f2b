"""The Celery task. It carries no work: it says that rows wait, and whoever runs it claims them."""

from time import monotonic

from celery import shared_task

from cqrs.container import services
from cqrs.deliveries import drain_lane
from cqrs.wake import TASK, Waker

_TURN_SECONDS = 10


@shared_task(name=TASK, ignore_result=True)
def deliver(*, long: bool) -> int:
    """Deliver what is due, for one short turn, so that a worker told to stop does. How many deliveries were made."""
    end = monotonic() + _TURN_SECONDS
    drained = drain_lane(long=long, stopped=lambda: monotonic() > end)
    if monotonic() > end:
        services.get(Waker).wake(long=long)
    return drained.delivered
