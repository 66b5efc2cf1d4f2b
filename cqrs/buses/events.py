"""The event bus."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar, cast

from uuid6 import uuid7

from cqrs import log
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.context import Context, current_context, entering
from cqrs.database import database
from cqrs.encoding import decode, encode
from cqrs.errors import NoTransactionError
from cqrs.messages import Event
from cqrs.registry import Entry, Worker, registry
from cqrs.tracing import span, traceparent
from cqrs.wake import wake_after_commit

E = TypeVar("E", bound=Event)


class EventBus:
    def __init__(self) -> None:
        self._watchers: list[Callable[[Event], None]] = []

    def publish(self, event: Event) -> None:
        """Store the event with the change that it tells of, run its subscribers now, its workers after the commit."""
        entry = registry.entry(type(event))
        with span(f"event {entry.name}"):
            self._publish(entry, event, current_context())

    def _publish(self, entry: Entry, event: Event, context: Context) -> None:
        if not database().in_atomic_block:
            raise NoTransactionError(f"{entry.name} was published outside of a transaction.")
        stored = log.Encoded(
            id=uuid7(),
            name=entry.name,
            version=entry.version,
            payload=encode(event),
            stream=event.stream(),
            at=services.get(Clock).now(),
            trace=traceparent(),
        )
        workers = entry.workers.values()
        log.append(stored, context, [recipient(each, event, stored.at) for each in workers])
        if workers:
            wake_after_commit({each.long for each in workers})
        for watch in self._watchers:
            watch(event)
        if entry.signal.receivers:
            with entering(context.caused_by(stored.id)):
                entry.signal.send(sender=type(event), event=event)

    def latest(self, event: type[E], stream: str) -> E | None:
        """The newest event of this type in the stream: what a compensation has to know of what it undoes."""
        found = log.latest(registry.entry(event).name, stream)
        return None if found is None else cast("E", decode(*found))

    @contextmanager
    def watching(self, watch: Callable[[Event], None]) -> Iterator[None]:
        """Show each event to the function as it is published, in every thread: for tests."""
        self._watchers = [*self._watchers, watch]
        try:
            yield
        finally:
            self._watchers = [each for each in self._watchers if each is not watch]


event_bus = EventBus()


def recipient(worker: Worker, event: Event, now: datetime) -> log.Recipient:
    """What the worker says of its delivery of this event."""
    order_key = worker.order_by(event) if worker.order_by else ""
    return worker.key, order_key, (worker.due_at(event) if worker.due_at else None) or now
