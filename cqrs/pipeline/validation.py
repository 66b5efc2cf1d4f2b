"""Step: what cannot be right with the message itself, told by field, before anything is done."""

from collections.abc import Callable
from typing import Any

from cqrs.errors import InvalidMessageError
from cqrs.messages import Message
from cqrs.registry import Entry


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    if entry.type.validate is Message.validate:  # type: ignore[attr-defined]  # an entry's type is a message
        return None

    def around(message: Any, proceed: Callable[[Any], Any]) -> Any:
        validate(message)
        return proceed(message)

    return around


def validate(message: Message) -> None:
    """Raises InvalidMessageError with all texts of all fields at once."""
    fields: dict[str, list[str]] = {}
    for name, text in message.validate():
        fields.setdefault(name, []).append(text)
    if fields:
        raise InvalidMessageError(fields=fields)
