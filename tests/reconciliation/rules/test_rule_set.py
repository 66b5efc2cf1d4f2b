from typing import Any

import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet, rule_types

DOCUMENT: dict[str, Any] = {
    "name": "Bank",
    "passes": [
        {"name": "Exact", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]},
        {
            "name": "Payout",
            "cardinality": "1:n",
            "group_by": {"left": ["reference"], "right": [{"field": "batch", "compare": "prefix", "separator": "/"}]},
            "rules": [{"type": "AmountWithin", "absolute": "5.00"}],
            "adjustment": {"kind": "fee", "max": "5.00"},
            "tie_break": ["nearest_date", "file_order"],
        },
    ],
}


def _problems(*passes: Any, **more: Any) -> list[str]:
    with pytest.raises(InvalidRuleSetError) as error:
        RuleSet.from_document({"name": "Bad", "passes": list(passes), **more})
    return [str(problem) for problem in error.value.problems]


class TestDocument:
    def test_it_survives_a_round_trip(self) -> None:
        """What is written out reads back as an equal rule set, amounts as strings."""
        rules = RuleSet.from_document(DOCUMENT)

        written = rules.to_document()

        assert RuleSet.from_document(written) == rules
        assert written["passes"][1]["adjustment"] == {"kind": "fee", "max": "5.00", "max_percent": None}

    def test_it_reads_as_sentences(self) -> None:
        """Anybody can read what a rule set does."""
        exact, payout = RuleSet.from_document(DOCUMENT).sentences()

        decided = "Confirmed from 85 % with a lead of 5 %, suggested from 50 %; close rivals are suggested."
        keys = "left reference is right batch up to “/”, added up"
        assert exact == f"1. Exact (one to one): Same reference; Same amount. {decided}"
        assert payout == (
            f"2. Payout (one to many): {keys}; Amounts differ by at most 5.00. "
            f"A difference up to 5.00 is booked as fee. Between equals: nearest date, then file order. {decided}"
        )

    def test_a_rule_is_found_by_its_file_alone(self) -> None:
        """Every module of the package is looked at; each rule has a label."""
        assert {"SameReference", "DatesWithin", "SimilarText"} <= set(rule_types())
        assert all(rule.label() for rule in rule_types().values())


class TestMistakes:
    def test_all_are_listed_with_their_place(self) -> None:
        """One reading names every mistake by its pass, rule and field."""
        found = _problems(
            {"name": "A", "rules": [{"type": "SameAmount"}, {"type": "DatesWithin", "before": -1}]},
            {"name": "B", "colour": "red", "rules": [{"type": "Guess"}]},
            pases=[],
        )

        assert found[0] == "pases: is not a field of a rule set"
        assert found[1] == "pass 1 “A”, rule 2 DatesWithin.before: Expected `int` >= 0"
        assert found[2] == "pass 2 “B”, colour: is not a field of a pass"
        assert found[3].startswith("pass 2 “B”, rule 1, type: 'Guess' is not a rule; there are AmountWithin")

    def test_a_pass_with_nothing_to_block_on_is_refused(self) -> None:
        """Comparing everything with everything is refused with what to add."""
        rules = [{"type": "SimilarText"}, {"type": "DatesWithin"}, {"type": "AmountWithin", "percent": "1"}]

        (problem,) = _problems({"name": "Names", "rules": rules})

        assert problem.startswith(
            "pass 1 “Names”, rules: nothing to block on (SimilarText, DatesWithin, AmountWithin): "
            "every record would be compared with every other. Add an equality"
        )

    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            ({"cardinality": "1:n"}, "group_by.right: 1:n needs the fields by which the right side is added up"),
            ({"group_by": {"left": ["reference"]}}, "group_by: one to one adds nothing up"),
            (
                {"cardinality": "n:m", "group_by": {"left": ["a", "b"], "right": ["c"]}},
                "group_by: both sides need the same number of fields",
            ),
            ({"decide": {"confirm_at": 40, "suggest_at": 50}}, "decide.suggest_at: must not be above confirm_at"),
            ({"adjustment": {"kind": "fee"}}, "adjustment.max: give a limit"),
            ({"adjustment": {"max": "-1"}}, "adjustment.max: must be a number of zero or more"),
            ({"rules": [{"type": "SameAmount"}, {"type": "AmountWithin"}]}, "AmountWithin.absolute: give a tolerance"),
            ({"rules": [{"type": "SameAmount"}, {"type": "AmountWithin", "percent": "NaN"}]}, "AmountWithin.percent"),
            ({"name": " "}, "name: give the pass a name"),
            ({"cardinality": "2:2"}, "cardinality: Invalid enum value '2:2'"),
            ({"rules": {}}, "rules: must be a list"),
        ],
    )
    def test_each_kind_is_named(self, part: dict[str, Any], expected: str) -> None:
        """What is wrong with a pass is said at its field."""
        found = _problems({"name": "P", "rules": [{"type": "SameAmount"}], **part})

        assert any(expected in problem for problem in found), found

    def test_two_passes_of_one_name_are_refused(self) -> None:
        """Results are told apart by the pass's name."""
        part = {"name": "P", "rules": [{"type": "SameAmount"}]}

        assert _problems(part, part) == ["passes: two passes are called “P”"]

    @pytest.mark.parametrize("document", [None, [], "rules", 7])
    def test_anything_but_an_object_is_refused(self, document: object) -> None:
        """A rule set is an object."""
        with pytest.raises(InvalidRuleSetError, match="is a JSON object"):
            RuleSet.from_document(document)
