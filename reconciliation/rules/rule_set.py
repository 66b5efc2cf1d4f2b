"""A rule set as a value; its document is what people edit and versions keep."""

from collections.abc import Mapping
from typing import Any, Self

import msgspec

from reconciliation.rules.calendar import Calendar
from reconciliation.rules.dates_within import DatesWithin
from reconciliation.rules.errors import InvalidRuleSetError, Problem
from reconciliation.rules.reading import Reader
from reconciliation.rules.rule_pass import Pass


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """Passes in their order; with `opposite_signs` one side books as minus what the other books as plus.

    `calendar` says on which days the project works, for rules that count business days.
    """

    name: str
    passes: tuple[Pass, ...] = ()
    opposite_signs: bool = False
    calendar: Calendar = Calendar()

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Raises InvalidRuleSetError that lists every mistake with its pass, rule and field."""
        if not isinstance(document, Mapping):
            raise InvalidRuleSetError([Problem("", "a rule set is a JSON object")])
        reader = Reader()
        for field in sorted(set(document) - {"name", "passes", "opposite_signs", "calendar", "$schema"}):
            reader.problems.append(Problem(field, "is not a field of a rule set"))
        name = reader.value(document.get("name", "Rules"), str, "name")
        opposite = reader.value(document.get("opposite_signs", False), bool, "opposite_signs")
        calendar = reader.calendar(document.get("calendar", {}))
        passes = reader.passes(document.get("passes", ()))
        reader.finish()
        return cls(name=name or "Rules", passes=passes, opposite_signs=bool(opposite), calendar=calendar)

    def to_document(self) -> dict[str, Any]:
        """Plain JSON values; reading it gives an equal rule set."""
        document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return {field: document[field] for field in ("name", "opposite_signs", "calendar", "passes")}

    def sentences(self) -> tuple[str, ...]:
        """The whole set in plain English, a pass after the other."""
        signs = ("Right amounts count with the opposite sign.",) if self.opposite_signs else ()
        if any(
            isinstance(rule, DatesWithin) and rule.days == "business" for part in self.passes for rule in part.rules
        ):
            signs = (*signs, self.calendar.in_words())
        told = [f"{number}. {' '.join(part.in_words())}" for number, part in enumerate(self.passes, 1)]
        return (*signs, *told) if told else (*signs, "No pass: nothing is matched.")
