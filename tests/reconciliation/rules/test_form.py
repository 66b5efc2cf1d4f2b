from typing import Any

import pytest

from reconciliation.rules import RuleSet, rule_types
from reconciliation.rules.form import document_of, inputs_of

SAMPLES: dict[str, dict[str, Any]] = {
    "SameField": {"left": "account", "right": "iban", "compare": "digits"},
    "AmountWithin": {"absolute": "0.50", "percent": "1", "base": "left"},
    "IsReversal": {"field": "kind", "marks": ["RV", "ST"]},
    "Expression": {"formula": "left.amount > right.amount"},
    "SameParty": {"aliases": [["One", "Two, Ltd"]]},
    "SumWithin": {"absolute": "2"},
    "CurrencyConverted": {
        "source": "ECB",
        "rates": [{"unit": "USD", "currency": "EUR", "rate": "0.92", "date": "2026-03-02"}],
    },
}


def sent(document: dict[str, Any]) -> dict[str, str]:
    """What a browser sends of the form of a document, unchanged."""
    calendar, passes = inputs_of(document)
    shown = [*calendar.inputs]
    written = {"name": document["name"], "passes": str(len(passes))}
    for part in passes:
        shown += [*part.head, *(input_ for rule in part.rules for input_ in rule.inputs)]
        written[f"{part.place}.rules"] = str(len(part.rules))
        written |= {f"{part.place}.rules.{place}.type": rule.type_name for place, rule in enumerate(part.rules)}
        for section in part.parts:
            shown += section.inputs
            if section.wanted and section.is_wanted:
                written[section.wanted] = "on"
    written |= {one.name: one.written for one in shown if one.field.kind != "flag" or one.is_on}
    return written | ({"opposite_signs": "on"} if document.get("opposite_signs") else {})


class TestForm:
    @pytest.mark.parametrize("kind", list(rule_types()))
    def test_every_rule_comes_back_as_it_was(self, kind: str) -> None:
        """What the form shows of a rule, sent back unchanged, is the same rule: also of a rule that is new tomorrow."""
        rules = [{"type": "SameReference"}, {"type": kind, **SAMPLES.get(kind, {})}]
        contra = kind == "IsReversal"
        summed = kind.startswith("Sum")
        keys = {"left": ["reference"], "right": [{"field": "batch", "compare": "digits"}]} if summed else {}
        cardinality = "contra" if contra else "n:m" if summed else "1:1"
        part = {"name": "P", "cardinality": cardinality, "group_by": keys, "rules": rules}
        rule_set = RuleSet.from_document({"name": "Set", "opposite_signs": True, "passes": [part]})

        assert RuleSet.from_document(document_of(sent(rule_set.to_document()))) == rule_set

    def test_the_parts_of_a_pass_come_back(self) -> None:
        """Decision, tie-breaks, adjustment, subset and calendar, with what is none left out."""
        passes = [
            {
                "name": "Fee",
                "rules": [{"type": "SameReference"}],
                "decide": {"confirm_at": None, "margin": 9},
                "tie_break": ["nearest_date", "oldest"],
                "adjustment": {"kind": "rounding", "max": "0.05"},
            },
            {"name": "Sum", "cardinality": "n:1", "subset": {"max_parts": 3}, "rules": []},
        ]
        rule_set = RuleSet.from_document({"name": "S", "calendar": {"holidays": ["2026-12-25"]}, "passes": passes})

        assert RuleSet.from_document(document_of(sent(rule_set.to_document()))) == rule_set

    def test_what_is_written_wrongly_is_told_with_its_place(self) -> None:
        """A word where a number belongs reaches the rule set, which names the pass, the rule and the field."""
        written = sent({"name": "S", "passes": [{"name": "P", "rules": [{"type": "DatesWithin"}]}]})

        document = document_of(written | {"passes.0.rules.0.after": "many"})

        with pytest.raises(ValueError, match=r"pass 1 “P”, rule 1 DatesWithin\.after"):
            RuleSet.from_document(document)

    @pytest.mark.parametrize("count", ["-1", "x", "9" * 40, "٣"])
    def test_a_made_up_number_of_passes_is_bounded(self, count: str) -> None:
        """No form asks for more than fits on a page."""
        assert len(document_of({"passes": count})["passes"]) <= 50
