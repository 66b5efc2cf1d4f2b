"""What a part of a rule set is asked for in a form: read off its class, so that a new rule needs no form of its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect as types

Kind = Literal["text", "long", "whole", "decimal", "date", "flag", "choice", "list", "keys", "document"]

_PLAIN: dict[type[types.Type], Kind] = {
    types.StrType: "text",
    types.IntType: "whole",
    types.DecimalType: "decimal",
    types.DateType: "date",
    types.BoolType: "flag",
    types.LiteralType: "choice",
}
_LONG = 500


@dataclass(frozen=True)
class Field:
    """`kind` says how a value is written: a list with commas between its values, a document as JSON, keys as either."""

    name: str
    label: str
    help: str
    kind: Kind
    required: bool
    optional: bool
    choices: tuple[str, ...]
    default: object

    def shown(self, value: object) -> str:
        """The value of a document as a person reads and writes it."""
        if value is None:
            return ""
        if self.kind in ("list", "keys") and isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
            return ", ".join(value)
        if self.kind in ("list", "keys", "document"):
            return json.dumps(value, ensure_ascii=False, indent=1)
        return str(value)

    def read(self, written: str | None) -> object:
        """The document's value; what cannot be read stays as it is, so that the rule set names it as a problem."""
        if self.kind == "flag":
            return written is not None
        text = (written or "").strip()
        if not text:
            return [] if self.kind in ("list", "keys", "document") else None
        if self.kind == "document" or (self.kind == "keys" and text.startswith("[")):
            return _json(text)
        if self.kind in ("list", "keys"):
            return [part.strip() for part in text.split(",") if part.strip()]
        return int(text) if self.kind == "whole" and text.removeprefix("-").isdecimal() else text


@cache
def fields_of(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields of a rule, or of another part of a pass, in their order."""
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    return tuple(_field(found) for found in info.fields)


def _field(given: types.Field) -> Field:
    found, meta = _without_meta(given.type)
    optional = False
    if isinstance(found, types.UnionType):
        others = [part for part in found.types if not isinstance(part, types.NoneType)]
        optional = len(others) < len(found.types)
        found, more = _without_meta(others[0]) if len(others) == 1 else (types.AnyType(), {})
        meta = more | meta
    kind, choices = _kind(found)
    return Field(
        name=given.encode_name,
        label=_label(given.encode_name, str(meta.get("title") or "")),
        help=str(meta.get("description") or ""),
        kind=kind,
        required=given.required,
        optional=optional,
        choices=choices,
        default=_default(given),
    )


def _label(name: str, title: str) -> str:
    """Which side a field is of stands in its name."""
    side = name if name in ("left", "right") else ""
    if side and not title.lower().startswith(side):
        return f"{side.capitalize()} {title.removeprefix('Which ').lower()}".strip()
    return title or name.replace("_", " ").capitalize()


def _kind(found: types.Type) -> tuple[Kind, tuple[str, ...]]:
    if isinstance(found, types.LiteralType):
        return "choice", tuple(map(str, found.values))
    if isinstance(found, types.StrType) and (found.max_length or 0) > _LONG:
        return "long", ()
    if isinstance(found, types.VarTupleType):
        item, _ = _without_meta(found.item_type)
        if isinstance(item, types.UnionType):
            return "keys", ()
        return ("list" if isinstance(item, types.StrType | types.DateType | types.LiteralType) else "document"), ()
    return _PLAIN.get(type(found), "document"), ()


def _without_meta(found: types.Type) -> tuple[types.Type, dict[str, Any]]:
    if isinstance(found, types.Metadata):
        return found.type, dict(found.extra_json_schema or {})
    return found, {}


def _default(given: types.Field) -> object:
    value = None if given.default is msgspec.NODEFAULT else given.default
    return json.loads(msgspec.json.encode(value))


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):  # the rule set says that this text is not what it wants
        return text
