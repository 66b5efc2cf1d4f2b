"""Step: may this actor send this message? Closed by default."""

from collections.abc import Callable
from typing import Any

from cqrs.actor import anyone
from cqrs.context import Context, current_context
from cqrs.errors import NotAllowedError
from cqrs.messages import Message
from cqrs.registry import Entry


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    if entry.requires is anyone:
        return None

    def around(message: Any, proceed: Callable[[Any], Any]) -> Any:
        authorise(entry, message, current_context())
        return proceed(message)

    return around


def authorise(entry: Entry, message: Message, context: Context) -> None:
    """A message that declares no requirement is refused to everybody."""
    if entry.requires is None:
        raise NotAllowedError(f"{entry.name} does not say who may send it.")
    entry.requires(message, context.actor)
