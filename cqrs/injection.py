"""Calls a handler with what it asks for by type: actor, context, lease, or a service."""

import inspect
from collections.abc import Callable
from functools import cache, partial
from typing import Any, get_type_hints

from cqrs.actor import Actor
from cqrs.container import services
from cqrs.context import Context, current_context
from cqrs.lease import Lease


def returned(function: Callable[..., Any]) -> Any:
    """What the function says that it returns. Raises KeyError where it does not say."""
    return get_type_hints(function)["return"]


@cache
def wishes(function: Callable[..., Any]) -> tuple[tuple[str, type], ...]:
    """Name and type of each parameter after the message; one with a default is the caller's own affair."""
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return tuple((each.name, hints[each.name]) for each in parameters if each.default is inspect.Parameter.empty)


@cache
def bound(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with all that it asks for filled in anew at each call, but its message and a lease."""
    givers = tuple((name, _giver(wish)) for name, wish in wishes(function) if wish is not Lease)
    if not givers:
        return function
    return lambda message, **given: function(message, **given, **{name: give() for name, give in givers})


def _giver(wish: type) -> Callable[[], Any]:
    if wish is Context:
        return current_context
    return _actor if wish is Actor else partial(services.get, wish)


def _actor() -> Actor:
    return current_context().actor


def call(function: Callable[..., Any], message: object, lease: Lease | None = None) -> Any:
    return bound(function)(message, **{name: lease for name, wish in wishes(function) if wish is Lease})
