"""Events as JSON text, by name and version, never by class path."""

from functools import cache
from typing import Any, cast

import msgspec

from cqrs.errors import UndecodableEventError
from cqrs.messages import Event
from cqrs.registry import registry

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> str:
    """The same event gives the same bytes: fields stand in the order of their declaration."""
    return _encoder.encode(event).decode()


class NewerVersionError(UndecodableEventError):
    """Newer code published this event; a worker that runs newer code will take it."""


def decode(name: str, version: int, payload: str) -> Event:
    entry = registry.event(name)
    if version > entry.version:
        raise NewerVersionError(f"{name} is stored as version {version}; this code knows {entry.version}.")
    if version < entry.version:
        raise UndecodableEventError(f"{name} is stored as version {version}; this code reads {entry.version} only.")
    try:
        return cast("Event", decoder(entry.type).decode(payload))
    except msgspec.DecodeError as error:
        raise UndecodableEventError(f"{name} version {version}: {error}") from error


@cache
def decoder(event: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(event)


_OPAQUE = (msgspec.inspect.CustomType, msgspec.inspect.AnyType, msgspec.inspect.RawType, msgspec.inspect.FloatType)


def unencodable_fields(event: type) -> list[str]:
    """The fields that would not come back as they were, each with the reason; a float is one: money is a Decimal."""
    try:
        description = msgspec.inspect.type_info(event)
    except TypeError as error:  # msgspec cannot read it at all
        return [str(error)]
    if not isinstance(description, msgspec.inspect.DataclassType):
        return [f"{event.__name__} is no dataclass"]
    return [
        f"{field.name} ({type(part).__name__.removesuffix('Type').lower()})"
        for field in description.fields
        for part in _parts(field.type)
        if isinstance(part, _OPAQUE)
    ]


def _parts(description: Any) -> list[Any]:
    """The description and all that it is made of."""
    if not isinstance(description, msgspec.inspect.Type):
        return []
    found: list[Any] = [description]
    for slot in description.__struct_fields__:
        value = getattr(description, slot)
        for inner in value if isinstance(value, tuple) else (value,):
            found.extend(
                _parts(getattr(inner, "type", inner)) if isinstance(inner, msgspec.inspect.Field) else _parts(inner)
            )
    return found
