"""The Celery task. It carries no work: it says that rows wait, and whoever runs it claims them."""

from mmap import mmap
from time import monotonic
from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from cqrs.container import services
from cqrs.deliveries import drain_lane
from cqrs.wake import TASK, Waker

_TURN_SECONDS = 10

# Celery asks its main process to stop; the children that do the work, forked from it, see it in this shared byte.
_stopping = mmap(-1, 1)


@worker_shutting_down.connect
def ask_to_stop(**_: Any) -> None:
    """From now on this worker's processes take nothing new, and hand back what they have not begun."""
    _stopping[0] = 1


def stopped() -> bool:
    return _stopping[0] == 1


@shared_task(name=TASK, ignore_result=True)
def deliver(*, long: bool) -> int:
    """Deliver what is due, for one short turn, so that the other lane gets its own. How many deliveries were made.

    Where there is more than one claim takes, a colleague is woken, who wakes the next: one wake-up goes round.
    """
    end, woken = monotonic() + _TURN_SECONDS, []

    def wake_another() -> None:
        services.get(Waker).wake(long=long)
        woken.append(True)

    drained = drain_lane(long=long, stopped=stopped, turn_over=lambda: monotonic() > end, more=wake_another)
    if monotonic() > end and not woken:
        wake_another()
    return drained.delivered
