"""Commands, queries and events: frozen keyword-only dataclasses that know who answers them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, Self, TypeVar, dataclass_transform, overload

from django.dispatch import Signal

from cqrs.actor import Requirement
from cqrs.caching import invalidation
from cqrs.caching.policy import Cache
from cqrs.injection import bound
from cqrs.registry import Entry, Kind, Subscriber, Worker, key_of, registry

R = TypeVar("R")
P = ParamSpec("P")
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

MAX_ATTEMPTS = 8


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Message:
    """What the three kinds share. Fields are ids and plain values, never model instances."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)

    def validate(self) -> Iterable[tuple[str, str]]:
        """Yield a (field, text) for all that cannot be right with the message itself, without a database."""
        return ()


class _Answered(Message, Generic[R]):
    @classmethod
    def handler(cls, function: Callable[Concatenate[Self, P], R]) -> Callable[Concatenate[Self, P], R]:
        """Make the function the one handler; its parameters after the message are filled by type."""
        entry = registry.entry(cls)
        entry.handlers[key_of(function)] = function
        entry.compiled = None
        return function


def _register(cls: type[Message], kind: Kind, name: str | None, **options: Any) -> None:
    registry.add(Entry(type=cls, kind=kind, name=name or cls.__name__, **options))


class Command(_Answered[R], Generic[R]):
    """A wish to change something, answered with R by exactly one handler in one transaction.

    With a field `expected_version` a caller can name the version it saw. Where that is the position of an event stream,
    the command says which by a method `stream()`; otherwise its handler compares it.
    """

    def __init_subclass__(
        cls, *, requires: Requirement | None = None, name: str | None = None, transaction: bool = True
    ) -> None:
        super().__init_subclass__()
        _register(cls, "command", name, requires=requires, transaction=transaction)

    @overload
    @classmethod
    def handler(cls, function: Callable[Concatenate[Self, P], R]) -> Callable[Concatenate[Self, P], R]: ...

    @overload
    @classmethod
    def handler(
        cls, function: "Callable[Concatenate[Self, P], Decided[R]]"
    ) -> "Callable[Concatenate[Self, P], Decided[R]]": ...

    @classmethod
    def handler(cls, function: Callable[..., Any]) -> Any:
        """Make the function the one handler; its parameters after the message are filled by type."""
        return super().handler(function)


@dataclass(frozen=True, slots=True)
class Decided(Generic[R]):
    """What a handler returns that only decides: the answer, and the events that the pipeline publishes for it."""

    answer: R
    events: "tuple[Event, ...]"


class Query(_Answered[R], Generic[R]):
    """A question, answered with R by exactly one handler that cannot write."""

    def __init_subclass__(
        cls, *, requires: Requirement | None = None, name: str | None = None, cache: Cache | None = None
    ) -> None:
        super().__init_subclass__()
        _register(cls, "query", name, requires=requires, cache=cache)
        invalidation.connect(registry.entry(cls))


class Event(Message):
    """Something that happened, told once; stored by name and version, so neither changes once it is in use."""

    _first_id: ClassVar[str | None] = None

    def __init_subclass__(cls, *, version: int = 1, name: str | None = None) -> None:
        super().__init_subclass__()
        cls._first_id = next((field.name for field in fields(cls) if field.name.endswith("_id")), None)
        _register(cls, "event", name, version=version)

    def stream(self) -> str:
        """The smallest thing whose history this is, as kind:id. By default the first field that ends in _id."""
        name = self._first_id
        return f"{name.removesuffix('_id')}:{getattr(self, name)}" if name else registry.entry(type(self)).name

    @classmethod
    def upcaster(cls, *, version: int) -> Callable[[Upcaster], Upcaster]:
        """Make of the payload of this version, as JSON values, that of the next. It looks at nothing else."""

        def register(function: Upcaster) -> Upcaster:
            registry.entry(cls).upcasters[version] = function
            return function

        return register

    @classmethod
    def subscriber(cls, function: Callable[Concatenate[Self, P], None]) -> Callable[Concatenate[Self, P], None]:
        """Run the function in the publisher's transaction, through a Django signal."""
        entry, key = registry.entry(cls), key_of(function)

        def receive(*, event: Self, **_: Any) -> None:
            bound(function)(event)

        entry.subscribers[key] = Subscriber(key, function)
        entry.signal.connect(receive, weak=False, dispatch_uid=key)
        return function

    @overload
    @classmethod
    def worker(cls, function: Callable[Concatenate[Self, P], None], /) -> Callable[Concatenate[Self, P], None]: ...

    @overload
    @classmethod
    def worker(
        cls,
        /,
        *,
        key: str | None = None,
        long: bool = False,
        order_by: Callable[[Self], str] | None = None,
        max_attempts: int = MAX_ATTEMPTS,
        due_at: Callable[[Self], datetime | None] | None = None,
        hopeless: tuple[type[Exception], ...] = (),
        batch: bool = False,
    ) -> Callable[[Callable[Concatenate[Self, P], None]], Callable[Concatenate[Self, P], None]]: ...

    @classmethod
    def worker(cls, function: Callable[..., None] | None = None, /, **options: Any) -> Any:
        """Run the function after the commit, in a worker, from a delivery row. See cqrs/README.md for the options."""

        def register(function: Callable[..., None]) -> Callable[..., None]:
            defaults = {"key": key_of(function), "long": False, "order_by": None, "max_attempts": MAX_ATTEMPTS}
            given = {name: value for name, value in options.items() if value is not None}
            worker = Worker(event=cls, function=function, **{**defaults, **given})
            registry.entry(cls).workers[worker.key] = worker
            return function

        return register if function is None else register(function)


def signal_of(event: type[Event]) -> Signal:
    """The Django signal sent with `event=` in the publisher's transaction: for code that uses no decorator of ours."""
    return registry.entry(event).signal
