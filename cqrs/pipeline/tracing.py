"""Step: the message is seen: as a span of the trace, by its name on log lines, in the metrics."""

from collections.abc import Callable
from typing import Any

from cqrs.observing import observed
from cqrs.registry import Entry


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any]:
    observation = observed(entry.kind, entry.name)

    def around(message: Any, proceed: Callable[[Any], Any]) -> Any:
        with observation.once():
            return proceed(message)

    return around
