"""Step: what happens inside belongs to one conversation, also where no door opened one, and has its own services."""

from collections.abc import Callable
from typing import Any

from cqrs.container import services
from cqrs.context import ambient_context, current_context, entering
from cqrs.registry import Entry


def step(_entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any]:
    return _around


def _around(message: Any, proceed: Callable[[Any], Any]) -> Any:
    with services.scope():
        if ambient_context() is not None:
            return proceed(message)
        with entering(current_context()):
            return proceed(message)
