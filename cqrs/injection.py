"""Calls a handler with what it asks for by type: actor, context, lease, or a service."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from cqrs.actor import Actor
from cqrs.container import services
from cqrs.context import Context, current_context
from cqrs.lease import Lease


@cache
def wishes(function: Callable[..., Any]) -> tuple[tuple[str, type], ...]:
    """Name and type of each parameter after the message; one with a default is the caller's own affair."""
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return tuple((each.name, hints[each.name]) for each in parameters if each.default is inspect.Parameter.empty)


def call(function: Callable[..., Any], message: object, lease: Lease | None = None) -> Any:
    given: dict[str, Any] = {}
    for name, wish in wishes(function):
        if wish is Actor:
            given[name] = current_context().actor
        elif wish is Context:
            given[name] = current_context()
        elif wish is Lease:
            given[name] = lease
        else:
            given[name] = services.get(wish)
    return function(message, **given)
