"""What is counted while everything around it dies: one event, and a subscriber of each kind."""

from cqrs import Event, Lease
from tests.cqrs.shop.models import Effect

ORDERED, TOGETHER, LONG = "crashes.ordered", "crashes.together", "crashes.long"
_FOR_EVER = 100_000


class Counted(Event):
    counter_id: int
    number: int


def _note(by: str, event: Counted) -> None:
    Effect.objects.create(by=by, note=f"{event.counter_id}:{event.number}")


def _counter(event: Counted) -> str:
    return str(event.counter_id)


@Counted.worker(key=ORDERED, order_by=_counter, max_attempts=_FOR_EVER)
def note_in_order(event: Counted) -> None:
    _note(ORDERED, event)


@Counted.worker(key=TOGETHER, batch=True, max_attempts=_FOR_EVER)
def note_together(event: Counted) -> None:
    _note(TOGETHER, event)


@Counted.worker(key=LONG, order_by=_counter, long=True, max_attempts=_FOR_EVER)
def note_at_length(event: Counted, lease: Lease) -> None:
    lease.heartbeat()
    with lease.acknowledging():
        _note(LONG, event)
