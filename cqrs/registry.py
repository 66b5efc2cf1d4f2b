"""Who answers what: one entry per message class, filled by the decorators when the apps are imported."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.dispatch import Signal

from cqrs.actor import Requirement
from cqrs.caching.policy import Cache
from cqrs.errors import NoHandlerError, UndecodableEventError

Kind = Literal["command", "query", "event"]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Reacts to an event in the publisher's transaction."""

    key: str
    function: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Worker:
    """Reacts to an event after the commit, from its own delivery row. Its key is stored: it outlives a renaming."""

    key: str
    event: type
    function: Callable[..., None]
    long: bool
    order_by: Callable[[Any], str] | None
    max_attempts: int
    # When its delivery is due, if not at once.
    due_at: Callable[[Any], datetime | None] | None = None
    # Errors that no repetition heals: the delivery is dead at the first of them.
    hopeless: tuple[type[Exception], ...] = ()
    # Many deliveries in one transaction with one acknowledgement.
    batch: bool = False


@dataclass(slots=True)
class Entry:
    """All that is known of one message class. Command and query: exactly one handler, or the system check fails."""

    type: type
    kind: Kind
    name: str
    version: int = 1
    requires: Requirement | None = None
    # Of a command: whether all that it does commits together. One that needs no database says False.
    transaction: bool = True
    # Of a query: how long its answers are kept, and which events end that.
    cache: Cache | None = None
    # All steps around the handler as one function, compiled at the first use.
    compiled: Callable[[Any], Any] | None = None
    handlers: dict[str, Callable[..., Any]] = field(default_factory=dict)
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)
    upcasters: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    signal: Signal = field(default_factory=lambda: Signal(use_caching=True))

    @property
    def handler(self) -> Callable[..., Any]:
        if len(self.handlers) != 1:
            raise NoHandlerError(f"{self.name} has {len(self.handlers)} handlers: {', '.join(self.handlers) or 'none'}")
        return next(iter(self.handlers.values()))


class Registry:
    def __init__(self) -> None:
        self.entries: dict[type, Entry] = {}
        self._found: dict[tuple[Kind, str], Entry] = {}

    def add(self, entry: Entry) -> None:
        self.entries[entry.type] = entry

    def entry(self, message: type) -> Entry:
        return self.entries[message]

    def of_kind(self, kind: Kind) -> list[Entry]:
        return sorted((entry for entry in self.entries.values() if entry.kind == kind), key=lambda entry: entry.name)

    def workers(self) -> dict[str, Worker]:
        return {key: worker for entry in self.entries.values() for key, worker in entry.workers.items()}

    def event(self, name: str) -> Entry:
        return self.named("event", name)

    def knows(self, kind: Kind, name: str) -> bool:
        return any(entry.name == name and entry.kind == kind for entry in self.entries.values())

    def named(self, kind: Kind, name: str) -> Entry:
        """The message stored under this name. Raises UndecodableEventError for one that this code does not know."""
        found = self._found.get((kind, name))
        if found is not None and self.entries.get(found.type) is found:
            return found
        for entry in self.entries.values():
            if entry.name == name and entry.kind == kind:
                self._found[kind, name] = entry
                return entry
        raise UndecodableEventError(f"No {kind} is called {name}.")

    @contextmanager
    def isolated(self) -> Iterator[None]:
        """Forget what is registered inside: for tests that define messages of their own."""
        before = self.entries
        self.entries = dict(before)
        try:
            yield
        finally:
            self.entries = before


registry = Registry()


def key_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
