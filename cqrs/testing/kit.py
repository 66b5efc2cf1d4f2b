"""What was published, what is due, what time it is, and who stands in for a service."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from cqrs.buses.events import event_bus
from cqrs.container import services
from cqrs.messages import Event

Fake = TypeVar("Fake")


@contextmanager
def captured_events() -> Iterator[list[Event]]:
    """The events published inside, in order, also those of a transaction that is rolled back later."""
    events: list[Event] = []
    with event_bus.watching(events.append):
        yield events


def drain() -> int:
    """Deliver everything due and count it; a subscriber that fails fails the test."""
    from cqrs import deliveries  # noqa: PLC0415  its models exist once Django is set up, a plugin is imported before

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

    def move_to(self, now: datetime) -> None:
        self._now = now


class Fakes:
    """`mailer = fake(Mailer, ListMailer())`: all threads get the replacement until the stack is closed."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(self, service: type[Any], replacement: Fake) -> Fake:
        self._stack.enter_context(services.overriding(service, replacement))
        return replacement
