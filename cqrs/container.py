"""The service registry: one of each service per process, built at first use, replaceable in a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, TypeVar, cast

import svcs

T = TypeVar("T")


class Services:
    """svcs with a lock around it, and overrides that all threads see."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._registry = svcs.Registry()
        self._container = svcs.Container(self._registry)
        self._overrides: dict[type, Any] = {}
        self._built: dict[type, Any] = {}

    def register(self, service: type[T], factory: Callable[[], T], *, ping: Callable[[T], Any] | None = None) -> None:
        """Say how the service is built; the ping proves to the health page that it answers."""
        with self._lock:
            self.close()
            self._registry.register_factory(service, factory, ping=ping)

    def get(self, service: type[T]) -> T:
        """The service of this type. Raises svcs.exceptions.ServiceNotFoundError for one never registered."""
        for known in (self._overrides, self._built):
            if service in known:
                return cast("T", known[service])
        with self._lock:
            built: T = self._container.get(service)
            self._built[service] = built
        return built

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

    def __contains__(self, service: type) -> bool:
        return service in self._overrides or service in self._registry

    def pings(self) -> list[svcs.ServicePing]:
        """One for each service that can be asked whether it answers."""
        with self._lock:
            return self._container.get_pings()

    def close(self) -> None:
        """Give back what the services hold; each is built anew when it is asked for again."""
        with self._lock:
            self._built.clear()
            self._container.close()


services = Services()
