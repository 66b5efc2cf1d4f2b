"""A rule set as the inputs of a form, and back. Names say where a value stands: `passes.0.rules.1.absolute`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from reconciliation.rules.adjustment import AllowedAdjustment
from reconciliation.rules.calendar import Calendar
from reconciliation.rules.decide import Decide
from reconciliation.rules.fields import Field, fields_of
from reconciliation.rules.grouping import GroupBy
from reconciliation.rules.registry import rule_types
from reconciliation.rules.rule_pass import Cardinality, ContraSide, TieBreak
from reconciliation.rules.scope import Scope
from reconciliation.rules.subset import SubsetSum

Document = dict[str, Any]
Written = Mapping[str, str]

MOST_PASSES, MOST_RULES = 50, 30
_PARTS: dict[str, type[msgspec.Struct]] = {
    "group_by": GroupBy,
    "decide": Decide,
    "subset": SubsetSum,
    "adjustment": AllowedAdjustment,
    "scope": Scope,
}
_TITLES = {
    "group_by": "Added up by",
    "decide": "Decision",
    "subset": "Find a group by its sum",
    "adjustment": "Book the difference",
    "scope": "Look only at",
}
_IF_WANTED = ("subset", "adjustment")


class _Head(msgspec.Struct, kw_only=True):
    """What a pass says of itself, beside its parts."""

    name: str
    cardinality: Cardinality = "1:1"
    side: ContraSide = "both"
    tie_break: tuple[TieBreak, ...] = ()


@dataclass(frozen=True)
class Input:
    """One field with its name in the form and what is written in it."""

    name: str
    field: Field
    written: str
    is_on: bool = False


@dataclass(frozen=True)
class Part:
    """Inputs under a title; `wanted` is the name of the box that says whether there is such a part."""

    title: str
    inputs: tuple[Input, ...]
    wanted: str = ""
    is_wanted: bool = True


@dataclass(frozen=True)
class RulePart:
    type_name: str
    label: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class PassPart:
    name: str
    head: tuple[Input, ...]
    rules: tuple[RulePart, ...]
    parts: tuple[Part, ...]
    place: str


def inputs_of(document: Document) -> tuple[Part, tuple[PassPart, ...]]:
    """The calendar of the rule set, and its passes."""
    calendar = Part("Business days", _inputs(Calendar, _mapping(document.get("calendar")), "calendar"))
    return calendar, tuple(_pass(part, place) for place, part in enumerate(_listed(document.get("passes"))))


def document_of(written: Written) -> Document:
    """The rule set that the form says, right or wrong: whether it can be used is for the rule set to say."""
    passes = [_pass_of(written, f"passes.{place}") for place in range(_count(written, "passes", MOST_PASSES))]
    return {
        "name": written.get("name", "").strip(),
        "opposite_signs": "opposite_signs" in written,
        "calendar": _read(Calendar, written, "calendar"),
        "passes": passes,
    }


def _pass(document: Document, place: int) -> PassPart:
    at = f"passes.{place}"
    rules = tuple(_rule(rule, f"{at}.rules.{number}") for number, rule in enumerate(_listed(document.get("rules"))))
    parts = tuple(
        Part(
            _TITLES[name],
            _inputs(kind, _mapping(document.get(name)), f"{at}.{name}"),
            f"{at}.{name}" if name in _IF_WANTED else "",
            name not in _IF_WANTED or document.get(name) is not None,
        )
        for name, kind in _PARTS.items()
    )
    return PassPart(str(document.get("name", "")), _inputs(_Head, document, at), rules, parts, at)


def _rule(document: Document, at: str) -> RulePart:
    name = str(document.get("type", ""))
    kind = rule_types().get(name)
    if kind is None:
        return RulePart(name, "No such rule", ())
    return RulePart(name, kind.label(), _inputs(kind, document, at))


def _inputs(kind: type[msgspec.Struct], document: Document, at: str) -> tuple[Input, ...]:
    return tuple(
        Input(f"{at}.{field.name}", field, field.shown(value), is_on=value is True)
        for field in fields_of(kind)
        for value in (document.get(field.name, field.default),)
    )


def _pass_of(written: Written, at: str) -> Document:
    document: Document = _read(_Head, written, at)
    count = _count(written, f"{at}.rules", MOST_RULES)
    document["rules"] = [_rule_of(written, f"{at}.rules.{number}") for number in range(count)]
    for name, kind in _PARTS.items():
        if name not in _IF_WANTED or f"{at}.{name}" in written:
            document[name] = _read(kind, written, f"{at}.{name}")
    return document


def _rule_of(written: Written, at: str) -> Document:
    name = written.get(f"{at}.type", "")
    kind = rule_types().get(name)
    return {"type": name} | ({} if kind is None else _read(kind, written, at))


def _read(kind: type[msgspec.Struct], written: Written, at: str) -> Document:
    return dict(_values(kind, written, at))


def _values(kind: type[msgspec.Struct], written: Written, at: str) -> Iterator[tuple[str, object]]:
    """What is left empty is not said, unless empty means something."""
    for field in fields_of(kind):
        value = field.read(written.get(f"{at}.{field.name}"))
        if value is not None or field.optional:
            yield field.name, value


def _count(written: Written, name: str, most: int) -> int:
    text = written.get(name, "0")
    return min(int(text), most) if text.isdecimal() and len(text) < len(str(most)) + 2 else 0


def _mapping(value: object) -> Document:
    return dict(value) if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[Document]:
    return [_mapping(part) for part in value] if isinstance(value, Sequence) and not isinstance(value, str) else []
