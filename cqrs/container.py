"""The service registry: one of each service per process or per message, built at first use, replaceable in a test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial
from inspect import isgeneratorfunction
from threading import RLock
from types import TracebackType
from typing import Any, Literal, TypeVar, cast

import svcs

from cqrs.errors import MisuseError

T = TypeVar("T")

_NO_SCOPE = nullcontext()
_scope: ContextVar[svcs.Container | None] = ContextVar("cqrs_services_of_message", default=None)
_stand_in: ContextVar[Callable[[type], Any] | None] = ContextVar("cqrs_stand_in", default=None)


class OutsideMessageError(MisuseError):
    """A service with scope="message" lives while a message is handled: ask for it in a handler, or in `scope()`."""


class _Entered(AbstractContextManager[Any]):
    """Entered before svcs notes it down: so a service is closed before those that its factory asked for."""

    def __init__(self, made: AbstractContextManager[Any]) -> None:
        self._made = made
        self._service = made.__enter__()

    def __enter__(self) -> Any:
        return self._service

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._made.__exit__(kind, error, trace)


def _build(factory: Callable[[], Any]) -> Any:
    made = contextmanager(factory)() if isgeneratorfunction(factory) else factory()
    return _Entered(made) if isinstance(made, AbstractContextManager) else made


class Services:
    """svcs with a lock around it, a container per message, and overrides that all threads see."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._registry = svcs.Registry()
        self._container = svcs.Container(self._registry)
        self._of_message = svcs.Registry()
        self._scoped: frozenset[type] = frozenset()
        self._outward: frozenset[type] = frozenset()
        self._overrides: dict[type, Any] = {}
        self._built: dict[type, Any] = {}

    def register(
        self,
        service: type[T],
        factory: Callable[[], T | AbstractContextManager[T] | Iterator[T]],
        *,
        scope: Literal["process", "message"] = "process",
        ping: Callable[[T], Any] | None = None,
        outward: bool = False,
    ) -> None:
        """Say how the service is built; the ping proves to the health page that it answers.

        A factory may be a generator or return a context manager: what follows the yield runs when it is closed.
        With scope="message" each message that is handled has its own, closed after it. With outward=True it does what
        no rollback undoes, as mail does: a dry run puts a stand-in in its place.
        """
        with self._lock:
            self.close()
            self._outward = self._outward | {service} if outward else self._outward - {service}
            per_message = scope == "message"
            self._scoped = self._scoped | {service} if per_message else self._scoped - {service}
            registry = self._of_message if per_message else self._registry
            registry.register_factory(service, partial(_build, factory), ping=ping)

    def get(self, service: type[T]) -> T:
        """The service of this type. Raises svcs.exceptions.ServiceNotFoundError for one never registered."""
        if service in self._outward and (stand_in := _stand_in.get()) is not None:
            return cast("T", stand_in(service))
        for known in (self._overrides, self._built):
            if service in known:
                return cast("T", known[service])
        if service in self._scoped:
            return self._get_scoped(service)
        with self._lock:
            built: T = self._container.get(service)
            self._built[service] = built
        return built

    def _get_scoped(self, service: type[T]) -> T:
        container = _scope.get()
        if container is None:
            raise OutsideMessageError(service.__qualname__)
        built: T = container.get(service)
        return built

    def scope(self) -> AbstractContextManager[None]:
        """The life of one message: what it was given of its own is closed at the end, the last built first."""
        return self._new_scope() if self._scoped else _NO_SCOPE

    @contextmanager
    def _new_scope(self) -> Iterator[None]:
        container = svcs.Container(self._of_message)
        token = _scope.set(container)
        try:
            yield
        finally:
            _scope.reset(token)
            container.close()

    @contextmanager
    def overriding(self, service: type[T], replacement: T) -> Iterator[T]:
        """Answer with the replacement inside, in every thread."""
        with self._lock:
            before = dict(self._overrides)
            self._overrides = {**before, service: replacement}
        try:
            yield replacement
        finally:
            with self._lock:
                self._overrides = before

    @contextmanager
    def standing_in(self, stand_in: Callable[[type], Any]) -> Iterator[None]:
        """Give whoever asks in this context for an outward service what the function makes of its type."""
        token = _stand_in.set(stand_in)
        try:
            yield
        finally:
            _stand_in.reset(token)

    def __contains__(self, service: type) -> bool:
        return any(service in known for known in (self._overrides, self._scoped, self._registry))

    def pings(self) -> dict[str, Callable[[], Any]]:
        """By its name, how to ask each service whether it answers; asking raises if it does not."""
        return {
            known.svc_type.__name__: partial(self._ping, cast("type[Any]", known.svc_type), known.ping)
            for known in self._registry
            if known.ping is not None
        }

    def _ping(self, service: type[T], ping: Callable[[T], Any]) -> None:
        ping(self.get(service))

    def close(self) -> None:
        """Give back what the services hold, the last built first; each is built anew when it is asked for again."""
        with self._lock:
            self._built.clear()
            self._container.close()


services = Services()
