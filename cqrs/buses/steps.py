"""The steps before a handler that commands and queries share."""

from cqrs.context import Context
from cqrs.errors import InvalidMessageError, NotAllowedError
from cqrs.messages import Message
from cqrs.registry import Entry


def authorise(entry: Entry, message: Message, context: Context) -> None:
    """Closed by default: a message that declares no requirement is refused to everybody."""
    if entry.requires is None:
        raise NotAllowedError(f"{entry.name} does not say who may send it.")
    entry.requires(message, context.actor)


def validate(message: Message) -> None:
    fields: dict[str, list[str]] = {}
    for name, text in message.validate():
        fields.setdefault(name, []).append(text)
    if fields:
        raise InvalidMessageError(fields=fields)
