"""Step: publish what a handler decided, for handlers that only decide."""

from collections.abc import Callable
from typing import Any, get_origin, get_type_hints

from cqrs.buses.events import event_bus
from cqrs.messages import Decided
from cqrs.registry import Entry


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    """For a handler that is annotated to return `Decided[...]`."""
    decides = any(get_origin(get_type_hints(each).get("return")) is Decided for each in entry.handlers.values())
    return _around if decides else None


def _around(message: Any, proceed: Callable[[Any], Any]) -> Any:
    decided: Decided[Any] = proceed(message)
    for event in decided.events:
        event_bus.publish(event)
    return decided.answer
