"""The contract: the shape of every message, kept in a file whose diff shows what a change means to others.

A field reads `"name": "type"`, an optional one `"name?": "type"`. A type is what its JSON text stands for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import inspect

from cqrs.registry import Entry, Kind, registry

Section = dict[str, Any]

_SECTIONS: Mapping[str, Kind] = {"commands": "command", "queries": "query", "events": "event"}


def contract() -> Section:
    """The contract of what is registered now."""
    types = _Types()
    found: Section = {
        section: {entry.name: _message(entry, types) for entry in registry.of_kind(kind)}
        for section, kind in _SECTIONS.items()
    }
    return {**found, "types": dict(sorted(types.described.items()))}


def text(described: Section) -> str:
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _message(entry: Entry, types: "_Types") -> Section:
    fields = types.fields(inspect.type_info(entry.type))
    if entry.kind != "event":
        return {"fields": fields}
    upcasters, workers = sorted(entry.upcasters), sorted(entry.workers)
    return {"version": entry.version, "fields": fields, "upcasters": upcasters, "workers": workers}


@dataclass(slots=True)
class _Types:
    """Writes types as text, and keeps the fields of the dataclasses that it meets on the way."""

    described: dict[str, dict[str, str]] = field(default_factory=dict)
    classes: dict[type, str] = field(default_factory=dict)

    def fields(self, of: Any) -> dict[str, str]:
        return {
            each.encode_name + ("" if each.required else "?"): self.written(each.type)
            for each in getattr(of, "fields", ())
        }

    def written(self, of: Any) -> str:
        match of:
            case inspect.Metadata():
                written = self.written(of.type)
            case inspect.DataclassType() | inspect.StructType() | inspect.TypedDictType() | inspect.NamedTupleType():
                written = self._named(of)
            case inspect.UnionType():
                written = " | ".join(sorted(map(self.written, of.types)))
            case inspect.LiteralType():
                written = " | ".join(sorted(map(repr, of.values)))
            case inspect.EnumType():
                written = " | ".join(sorted(repr(member.value) for member in of.cls))
            case inspect.DictType():
                written = f"map[{self.written(of.key_type)}, {self.written(of.value_type)}]"
            case inspect.TupleType():
                written = f"[{', '.join(map(self.written, of.item_types))}]"
            case inspect.CollectionType():  # a list, a set, a tuple of any length
                written = f"list[{self.written(of.item_type)}]"
            case _:
                written = type(of).__name__.removesuffix("Type").lower()
        return written

    def _named(self, of: Any) -> str:
        """Entered before its fields are looked at: they may lead back to it."""
        cls = of.cls
        if cls not in self.classes:
            taken = cls.__name__ in self.described
            self.classes[cls] = name = f"{cls.__module__}.{cls.__qualname__}" if taken else cls.__name__
            self.described[name] = {}
            self.described[name] = self.fields(of)
        return self.classes[cls]
