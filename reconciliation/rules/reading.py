"""From a document to a rule set, with every mistake named."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import msgspec

from reconciliation.rules.adjustment import AllowedAdjustment
from reconciliation.rules.calendar import Calendar
from reconciliation.rules.decide import Decide
from reconciliation.rules.errors import InvalidRuleSetError, Problem
from reconciliation.rules.grouping import GroupBy
from reconciliation.rules.registry import rule_types
from reconciliation.rules.rule import Rule
from reconciliation.rules.rule_pass import Cardinality, ContraSide, Pass, TieBreak
from reconciliation.rules.scope import Scope
from reconciliation.rules.subset import SubsetSum

T = TypeVar("T")

_PLACE = re.compile(r"^(?P<message>.*?)(?: - at `\$\.?(?P<field>.*)`)?$", re.DOTALL)
_FIELDS: dict[str, Any] = {
    "name": str,
    "cardinality": Cardinality,
    "side": ContraSide,
    "group_by": GroupBy,
    "subset": SubsetSum | None,
    "decide": Decide,
    "tie_break": tuple[TieBreak, ...],
    "adjustment": AllowedAdjustment | None,
    "scope": Scope,
}


class Reader:
    """Collects every problem instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def passes(self, document: object) -> tuple[Pass, ...]:
        if not isinstance(document, list | tuple):
            self._report("passes", "must be a list")
            return ()
        read = [self._pass(part, number) for number, part in enumerate(document, 1)]
        passes = tuple(part for part in read if part is not None)
        for name in sorted({part.name for part in passes if [other.name for other in passes].count(part.name) > 1}):
            self._report("passes", f"two passes are called “{name}”")
        return passes

    def calendar(self, document: object) -> Calendar:
        found = self.value(document, Calendar, "calendar") or Calendar()
        for field, message in found.problems():
            self._report(f"calendar, {field}", message)
        return found

    def value(self, document: object, kind: type[T], place: str) -> T | None:
        """The converted value, or None and a problem."""
        try:
            return msgspec.convert(document, kind)
        except msgspec.ValidationError as error:
            found = cast(re.Match[str], _PLACE.match(str(error)))
            self._report(".".join(filter(None, (place, found["field"]))), found["message"])
            return None

    def finish(self) -> None:
        if self.problems:
            raise InvalidRuleSetError(self.problems)

    def _report(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _pass(self, document: object, number: int) -> Pass | None:
        if not isinstance(document, Mapping):
            self._report(f"pass {number}", "must be an object")
            return None
        place = f"pass {number} “{document.get('name', '')}”"
        before = len(self.problems)
        for field in sorted(set(document) - {*_FIELDS, "rules"}):
            self._report(f"{place}, {field}", "is not a field of a pass")
        given: dict[str, Any] = {
            field: self.value(document[field], kind, f"{place}, {field}")
            for field, kind in _FIELDS.items()
            if field in document
        }
        if "name" not in document:
            self._report(f"{place}, name", "give the pass a name")
        rules = self._rules(document.get("rules", ()), place)
        if len(self.problems) > before:
            return None
        found = Pass(rules=rules, **given)
        for field, message in found.problems():
            self._report(f"{place}, {field}", message)
        return found

    def _rules(self, document: object, place: str) -> tuple[Rule, ...]:
        if not isinstance(document, list | tuple):
            self._report(f"{place}, rules", "must be a list")
            return ()
        rules = [self._rule(part, f"{place}, rule {number}") for number, part in enumerate(document, 1)]
        return tuple(rule for rule in rules if rule is not None)

    def _rule(self, document: object, place: str) -> Rule | None:
        name = document.get("type") if isinstance(document, Mapping) else None
        kind = rule_types().get(str(name))
        if kind is None:
            self._report(f"{place}, type", f"{name!r} is not a rule; there are {', '.join(rule_types())}")
            return None
        rule = self.value(document, kind, f"{place} {name}")
        if rule is not None:
            for field, message in rule.problems():
                self._report(f"{place} {name}.{field}", message)
        return rule
