from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cqrs import command_bus, query_bus
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.ids import GroupId, Side
from reconciliation.queries.explain_match import ExplainMatch, MatchExplanation, MatchUnknownError
from tests.reconciliation.desk import BY_REFERENCE, DAY, ONE_SHORT, SAME_AMOUNT, Desk

INVOICE: dict[str, Any] = {"amount": 1000, "reference": "INV-1"}
PAYOUTS = {
    "name": "Payouts",
    "passes": [
        {
            "name": "By payout",
            "cardinality": "1:n",
            "group_by": {"left": ["reference"], "right": ["reference"]},
            "rules": [{"type": "SameAmount"}],
        }
    ],
}


def explain(desk: Desk, group_id: GroupId) -> MatchExplanation:
    return query_bus.ask(ExplainMatch(project_id=desk.project_id, group_id=group_id))


def matched(desk: Desk, document: dict[str, Any] = BY_REFERENCE) -> MatchExplanation:
    """Of the only group that a run makes of what was brought."""
    desk.publish_rules(document)
    desk.run()
    [group] = desk.groups()
    return explain(desk, group.id)


class TestExplainMatch:
    def test_tells_each_rule_with_both_values(self, desk: Desk) -> None:
        """What was compared on either side, how it held, and the version and pass that did it."""
        desk.bring(Side.LEFT, INVOICE)
        desk.bring(Side.RIGHT, INVOICE | {"booking_date": DAY + timedelta(days=2)})

        why = matched(desk)

        assert (why.rule_set_version, why.pass_name, why.pass_number) == (1, "Reference and amount", 1)
        assert [(rule.left[0].value, rule.right[0].value, rule.held, rule.text) for rule in why.pairs[0].rules] == [
            ("INV-1", "INV-1", True, "Same reference"),
            ("10.00 EUR", "10.00 EUR", True, "Same amount"),
            ("2026-03-02", "2026-03-04", True, "Right 2 days later"),
        ]
        assert why.decision == (
            "Found with a score of 97 %, which reaches the 85 % from which the pass confirms.",
            "No other record fits either of the two.",
        )

    def test_the_parts_make_the_score(self, desk: Desk) -> None:
        """The mean of the rules' scores by their weights is the score of the match."""
        desk.bring(Side.LEFT, INVOICE)
        desk.bring(Side.RIGHT, INVOICE | {"booking_date": DAY + timedelta(days=2)})

        why = matched(desk)

        rules = why.pairs[0].rules
        mean = Decimal(sum(rule.score * rule.weight for rule in rules)) / sum(rule.weight for rule in rules)
        assert abs(mean - why.score) < Decimal("0.0001")

    def test_names_the_runner_up_and_the_lead(self, desk: Desk) -> None:
        """A second right record, three days off, is next for the left one; nothing is next for the right one."""
        desk.bring(Side.LEFT, INVOICE)
        _, later = desk.bring(Side.RIGHT, INVOICE, INVOICE | {"booking_date": DAY + timedelta(days=3)})

        why = matched(desk)

        [runner_up] = why.runners_up
        assert (runner_up.side, runner_up.record.id) == (Side.LEFT, later)
        assert (runner_up.score, runner_up.lead) == (Decimal("0.9550"), Decimal("0.0450"))
        assert (why.best_for_left, why.best_for_right) == (True, True)

    def test_a_twin_is_no_rival(self, desk: Desk) -> None:
        """Two records that say the same on either side are interchangeable, not in doubt."""
        desk.bring(Side.LEFT, INVOICE, INVOICE)
        desk.bring(Side.RIGHT, INVOICE, INVOICE)
        desk.publish_rules()
        desk.run()

        assert [explain(desk, group.id).runners_up for group in desk.groups("confirmed")] == [(), ()]

    def test_says_why_it_is_only_suggested(self, desk: Desk) -> None:
        """Its score does not reach what the pass confirms from."""
        suggested = desk.suggest(*SAME_AMOUNT)

        assert explain(desk, suggested.id).decision[0] == (
            "Suggested: the score of 98 % does not reach the 100 % from which the pass confirms."
        )

    def test_tells_the_difference_of_the_sides(self, desk: Desk) -> None:
        """One euro short, and the rule says how much of its tolerance that is."""
        [pair] = explain(desk, desk.suggest(*ONE_SHORT).id).pairs

        assert pair.difference == Decimal("-1.00")
        assert [(rule.rule, rule.held) for rule in pair.rules] == [("SameReference", True), ("AmountWithin", True)]

    def test_adds_up_the_side_with_many(self, desk: Desk) -> None:
        """The key and the sums are what the rules compared."""
        desk.bring(Side.LEFT, {"amount": 3000, "reference": "P-1"})
        desk.bring(Side.RIGHT, {"amount": 1000, "reference": "P-1"}, {"amount": 2000, "reference": "P-1"})

        [pair] = matched(desk, PAYOUTS).pairs

        assert [(rule.rule, rule.left[0].value, rule.right[0].value) for rule in pair.rules] == [
            ("Key", "P-1", "P-1"),
            ("SameAmount", "30.00 EUR", "30.00 EUR"),
        ]

    def test_tells_who_confirmed_a_suggestion(self, desk: Desk) -> None:
        """The machine's reason stays beside the person's."""
        group = desk.suggest(*SAME_AMOUNT)
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id, reason="Seen the receipt"))

        why = explain(desk, group.id)

        assert why.decision[-1].startswith("Confirmed by olga on ")
        assert why.decision[-1].endswith(": “Seen the receipt”.")

    def test_of_a_match_by_hand_the_person_is_the_reason(self, desk: Desk) -> None:
        """No rule is invented for it."""
        left, right = desk.bring(Side.LEFT, {"amount": 1}), desk.bring(Side.RIGHT, {"amount": 1})

        why = explain(desk, desk.match(left, right, reason="By telephone"))

        assert why.pairs == ()
        assert "By telephone" in why.decision[0]

    def test_an_unknown_match_is_not_found(self, desk: Desk) -> None:
        """There is nothing to explain."""
        with pytest.raises(MatchUnknownError):
            explain(desk, GroupId(404))
