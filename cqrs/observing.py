"""What is seen of each message while it is handled: its span, its name on every log line, its duration by outcome."""

import os
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import cache
from time import perf_counter
from types import TracebackType
from typing import Literal

from prometheus_client import REGISTRY, CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from cqrs.context import current_context
from cqrs.errors import DomainError, LeaseLostError, NotYetError
from cqrs.tracing import is_traced, span

Kind = Literal["command", "query", "event", "delivery"]

SECONDS = Histogram(
    "cqrs_message_seconds",
    "How long a command, a query, or one attempt of a delivery (named after its subscriber) took, in this process.",
    ["kind", "name", "outcome"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600),
)
_EXPECTED = (DomainError, LeaseLostError, NotYetError)
message_name: ContextVar[str] = ContextVar("cqrs_message_name", default="")


def of_processes() -> CollectorRegistry:
    """What is counted in memory: with PROMETHEUS_MULTIPROC_DIR by all processes that share it, else by this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


class Observed:
    """All of one kind and name: what does not change from one to the next is looked up once."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.name = name
        self.title = f"{kind} {name}"
        self.ok, self.refused, self.failed = (SECONDS.labels(kind, name, how) for how in ("ok", "refused", "failed"))

    def once(self, *, parent: str = "", **attributes: str | int) -> "_Once":
        """Observe what happens inside; its span is below the parent (a traceparent), else below the one that runs."""
        return _Once(self, parent, attributes)


@cache
def observed(kind: Kind, name: str) -> Observed:
    return Observed(kind, name)


class _Once:
    """A class and no generator, because every message pays for it."""

    __slots__ = ("_attributes", "_began", "_observed", "_parent", "_span", "_token")

    def __init__(self, observed: Observed, parent: str, attributes: dict[str, str | int]) -> None:
        self._observed = observed
        self._parent = parent
        self._attributes = attributes

    def __enter__(self) -> None:
        self._token = message_name.set(self._observed.name)
        self._span = self._new_span() if is_traced() else None
        if self._span is not None:
            self._span.__enter__()
        self._began = perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = perf_counter() - self._began
        self._outcome(kind).observe(seconds)
        if self._span is not None:
            self._span.__exit__(kind, error, trace)
        message_name.reset(self._token)

    def _outcome(self, kind: type[BaseException] | None) -> Histogram:
        if kind is None:
            return self._observed.ok
        return self._observed.refused if issubclass(kind, _EXPECTED) else self._observed.failed

    def _new_span(self) -> AbstractContextManager[None]:
        context = current_context()
        given = {"cqrs.correlation_id": context.correlation_id, "cqrs.source": context.source, **self._attributes}
        return span(self._observed.title, parent=self._parent, **given)
