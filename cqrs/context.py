"""The circumstances of a message: who, in which conversation, caused by what, through which door."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from uuid6 import uuid7

from cqrs.actor import Actor
from cqrs.replica.read_after import ReadAfter


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Flows by itself from a door through commands, their events, the subscribers of these, and their commands."""

    who: Actor | Callable[[], Actor]
    correlation_id: str
    causation_id: UUID | None = None
    idempotency_key: str | None = None
    source: str = "code"
    # What the door tells its caller beside the answer, as response headers; one dictionary for a whole conversation.
    notes: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    # What a query of the conversation has to see, which grows with its commands.
    read_after: ReadAfter = field(default_factory=ReadAfter, compare=False, repr=False)

    @property
    def actor(self) -> Actor:
        """Asked anew each time: an API learns who calls only after the middleware ran."""
        return self.who if isinstance(self.who, Actor) else self.who()

    def caused_by(self, event_id: UUID) -> Self:
        return replace(self, causation_id=event_id, idempotency_key=None)

    def without_key(self) -> Self:
        """For what is dispatched inside: the key belongs to the command that came through the door."""
        return replace(self, idempotency_key=None)


_current: ContextVar[Context | None] = ContextVar("cqrs_context", default=None)


def ambient_context() -> Context | None:
    return _current.get()


def current_context() -> Context:
    """The ambient context; outside of any, a new one of an anonymous actor, who is allowed next to nothing."""
    return _current.get() or Context(who=Actor.anonymous(), correlation_id=str(uuid7()))


def entering(context: Context) -> AbstractContextManager[Context]:
    return _Entering(context)


class _Entering(AbstractContextManager[Context]):
    """A class and no generator, because every event pays for it."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> Context:
        self._token = _current.set(self._context)
        return self._context

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


@contextmanager
def acting_as(actor: Actor, *, source: str | None = None, idempotency_key: str | None = None) -> Iterator[Context]:
    """Let this actor send what is sent inside; correlation and causation stay those of the surroundings."""
    outer = current_context()
    context = replace(outer, who=actor, source=source or outer.source, idempotency_key=idempotency_key)
    with entering(context):
        yield context
