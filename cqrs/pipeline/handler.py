"""The innermost: the one handler, given what it asks for by type."""

from collections.abc import Callable
from typing import Any

from cqrs.injection import bound
from cqrs.registry import Entry


def step(entry: Entry) -> Callable[[Any], Any]:
    """A message that nobody, or more than one function, handles raises NoHandlerError; the steps before come first."""
    if len(entry.handlers) == 1:
        return bound(entry.handler)
    return lambda _message: entry.handler
