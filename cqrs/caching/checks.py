"""A policy that cannot work stops the start."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.core.checks import CheckMessage, Error

from cqrs.encoding import parts_of
from cqrs.injection import returned
from cqrs.registry import Entry, registry

_HINT = "An answer is made of dataclasses and plain values, as the annotation of its handler says."
_NEVER_KEPT = (msgspec.inspect.CustomType, msgspec.inspect.AnyType, msgspec.inspect.RawType)


def check_policy(entry: Entry) -> Iterable[CheckMessage]:
    """Of a query whose answers are kept."""
    if entry.cache is None:
        return
    if entry.cache.seconds <= 0:
        yield Error(f"Answers of {entry.name} are kept for no time at all.", obj=entry.type, id="cqrs.E030")
    for handler in entry.handlers.values():
        if reason := unreadable(handler, *_NEVER_KEPT):
            text = f"Answers of {entry.name} cannot be kept and read again: {reason}."
            yield Error(text, hint=_HINT, obj=entry.type, id="cqrs.E031")
    if custom := _parts(entry.type, msgspec.inspect.CustomType):
        text = f"Answers of {entry.name} cannot be kept by what it asks: {custom}."
        yield Error(text, hint="A query has plain values for fields.", obj=entry.type, id="cqrs.E032")
    for invalidation in entry.cache.invalidated_by:
        known = registry.entries.get(invalidation.event)
        if known is None or known.kind != "event":
            text = f"Nobody publishes {invalidation.event!r}, which is to end answers of {entry.name}."
            yield Error(text, hint="Name a class of events.", obj=entry.type, id="cqrs.E033")


def unreadable(handler: Any, *kinds: type, of: Callable[[Any], Any] = returned) -> str:
    """Why an answer of the handler, once written, could not be read again: parts of these kinds cannot. Else ""."""
    try:
        answer = of(handler)
        msgspec.msgpack.Decoder(answer)
    except KeyError:
        return "its handler does not say what it returns"
    except TypeError as error:
        return str(error)
    return _parts(answer, *kinds)


def _parts(described: Any, *kinds: type) -> str:
    """The kinds of parts that are among these."""
    parts = parts_of(msgspec.inspect.type_info(described))
    return ", ".join(sorted({repr(part) for part in parts if isinstance(part, kinds)}))
