"""Events as JSON text, by name and version, never by class path."""

from functools import cache
from typing import Any, cast

import msgspec

from cqrs.errors import UndecodableEventError
from cqrs.messages import Event
from cqrs.registry import Entry, registry

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> str:
    """The same event gives the same bytes: fields stand in the order of their declaration."""
    return _encoder.encode(event).decode()


class NewerVersionError(UndecodableEventError):
    """Newer code published this event; a worker that runs newer code will take it."""


def decode(name: str, version: int, payload: str) -> Event:
    """The event as this code knows it: an older version passes the upcasters on the way."""
    entry = registry.event(name)
    if version > entry.version:
        raise NewerVersionError(f"{name} is stored as version {version}; this code knows {entry.version}.")
    if version < entry.version:
        payload = _upcast(entry, version, payload)
    try:
        return cast("Event", decoder(entry.type).decode(payload))
    except msgspec.DecodeError as error:
        raise UndecodableEventError(f"{name} version {version}: {error}") from error


def missing_upcasters(entry: Entry, version: int = 1) -> list[int]:
    """The versions from this one on that nothing makes the next one of."""
    return [each for each in range(version, entry.version) if each not in entry.upcasters]


def _upcast(entry: Entry, version: int, payload: str) -> str:
    """The payload in the shape of the current version."""
    if missing := missing_upcasters(entry, version):
        text = f"{entry.name} is stored as version {version}; write @{entry.name}.upcaster(version={missing[0]})."
        raise UndecodableEventError(text)
    try:
        values = msgspec.json.decode(payload)
        for each in range(version, entry.version):
            values = entry.upcasters[each](values)
    except Exception as error:
        raise UndecodableEventError(
            f"{entry.name} version {version} could not be made a newer one: {error!r}"
        ) from error
    return _encoder.encode(values).decode()


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
        for part in parts_of(field.type)
        if isinstance(part, _OPAQUE)
    ]


def parts_of(description: Any, seen: set[int] | None = None) -> list[Any]:
    """The description and all that it is made of, each once."""
    seen = set() if seen is None else seen
    if not isinstance(description, msgspec.inspect.Type) or id(description) in seen:
        return []
    seen.add(id(description))
    found: list[Any] = [description]
    for slot in description.__struct_fields__:
        value = getattr(description, slot)
        for inner in value if isinstance(value, tuple) else (value,):
            found.extend(parts_of(inner.type if isinstance(inner, msgspec.inspect.Field) else inner, seen))
    return found
