"""Traces: spans by OpenTelemetry where it is installed and on, and next to nothing where it is not."""

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Protocol, cast

from cqrs.errors import MisuseError

_NOTHING = nullcontext()


class Tracer(Protocol):
    """What makes the spans."""

    def traceparent(self) -> str:
        """The running span as W3C traceparent; "" outside of any."""

    def span(self, name: str, parent: str, attributes: dict[str, str | int]) -> AbstractContextManager[None]:
        """A span that is the current one inside, below the parent (a traceparent) or, if "", below the current one."""


_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> Tracer | None:
    """Make spans with this tracer from now on, or none; the one before it."""
    global _tracer
    before, _tracer = _tracer, tracer
    return before


def start() -> None:
    """Export as the environment says (OTEL_...). Raises MisuseError where the extra `otel` is not installed."""
    try:
        exporting = import_module("cqrs.seeing.opentelemetry").exporting
    except ModuleNotFoundError as error:
        raise MisuseError(f"Traces are on, but {error.name} is not installed: install the extra `otel`.") from error
    use(cast("Tracer", exporting()))


def is_traced() -> bool:
    """Whether spans are made: for code that would have to look up their attributes."""
    return _tracer is not None


def traceparent() -> str:
    """What is stored with an event, so that the worker's span continues the request's trace."""
    return _tracer.traceparent() if _tracer else ""


def span(name: str, *, parent: str = "", **attributes: str | int) -> AbstractContextManager[None]:
    """Record what happens inside; an error is recorded and passes."""
    return _tracer.span(name, parent, attributes) if _tracer else _NOTHING
