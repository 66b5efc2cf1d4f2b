"""For tests: see what was published, deliver it, stop the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from cqrs import deliveries
from cqrs.buses.events import event_bus
from cqrs.messages import Event
from cqrs.registry import registry

isolated_registry = registry.isolated


@contextmanager
def captured_events() -> Iterator[list[Event]]:
    """The events published inside, in order, also those of a transaction that is rolled back later."""
    events: list[Event] = []
    with event_bus.watching(events.append):
        yield events


def drain() -> int:
    """Deliver everything due and count it; a subscriber that fails fails the test."""
    drained = deliveries.drain()
    if drained.errors:
        raise drained.errors[0]
    return drained.delivered


class FrozenClock:
    """A clock that stands until it is moved: `services.overriding(Clock, FrozenClock(...))`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.date()

    def advance(self, by: timedelta) -> None:
        self._now += by
