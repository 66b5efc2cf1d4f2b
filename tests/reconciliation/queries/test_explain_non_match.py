from datetime import timedelta
from typing import Any

import pytest

from cqrs import command_bus, query_bus
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.unmatch import Unmatch
from reconciliation.ids import RecordId, Side
from reconciliation.queries.explain_non_match import ExplainNonMatch, NonMatchExplanation, RecordUnknownError
from tests.reconciliation.desk import BY_REFERENCE, DAY, SAME_AMOUNT, Desk

ONE_PASS = BY_REFERENCE | {"passes": BY_REFERENCE["passes"][:1]}
INVOICE: dict[str, Any] = {"amount": 1000, "reference": "INV-1"}


def explain(desk: Desk, record_id: RecordId) -> NonMatchExplanation:
    return query_bus.ask(ExplainNonMatch(project_id=desk.project_id, record_id=record_id))


class TestExplainNonMatch:
    def test_says_which_rule_failed_by_how_much(self, desk: Desk) -> None:
        """The nearest first: a day too late, then 0.30 too much as well."""
        [left] = desk.bring(Side.LEFT, INVOICE)
        late, short = desk.bring(
            Side.RIGHT,
            INVOICE | {"booking_date": DAY + timedelta(days=4)},
            INVOICE | {"amount": 1030, "booking_date": DAY + timedelta(days=4)},
        )
        desk.publish_rules(ONE_PASS)

        why = explain(desk, left)

        assert [(near.record.id, near.verdict, near.because) for near in why.nearest] == [
            (late, "rule", "would match at +4 days"),
            (short, "rule", "amount differs by 0.30; would match at +4 days"),
        ]
        assert [rule.held for rule in why.nearest[0].pair.rules] == [True, True, False]

    def test_says_that_a_person_refused_the_pair(self, desk: Desk) -> None:
        """Who, and why."""
        group = desk.suggest(*SAME_AMOUNT)
        left = group.left[0].record.id
        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=group.id, reason="Two customers"))

        [near] = explain(desk, left).nearest

        assert near.verdict == "forbidden"
        assert near.because.startswith("olga rejected this pair on ")
        assert near.because.endswith("“Two customers”")

    def test_says_that_another_match_has_the_record(self, desk: Desk) -> None:
        """What would fit is in a confirmed match, which is named."""
        [first, second] = desk.bring(Side.LEFT, INVOICE, INVOICE)
        right = desk.bring(Side.RIGHT, INVOICE)
        desk.publish_rules(ONE_PASS)
        group_id = desk.match([first], right)

        [near] = explain(desk, second).nearest

        assert (near.verdict, near.group_id) == ("matched", group_id)
        assert explain(desk, first).group_id == group_id

    def test_tells_of_a_larger_group_that_was_refused(self, desk: Desk) -> None:
        """Who refused it, and that exactly this is not proposed again."""
        left = desk.bring(Side.LEFT, {"amount": 3000})
        right = desk.bring(Side.RIGHT, {"amount": 1000}, {"amount": 2000})
        group_id = desk.match(left, right)
        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="Another batch"))
        desk.publish_rules(ONE_PASS)

        [note] = explain(desk, left[0]).notes

        assert note.startswith("olga unmatched a group with this record on ")
        assert note.endswith(": “Another batch”. It is not proposed again.")

    def test_works_from_the_right_side(self, desk: Desk) -> None:
        """A left record before the window."""
        [left] = desk.bring(Side.LEFT, INVOICE)
        [right] = desk.bring(Side.RIGHT, INVOICE | {"booking_date": DAY - timedelta(days=5)})
        desk.publish_rules(ONE_PASS)

        [near] = explain(desk, right).nearest

        assert (near.record.id, near.because) == (left, "would match at -5 days")

    def test_without_rules_says_so(self, desk: Desk) -> None:
        """Nothing is near before somebody said what matches."""
        [left] = desk.bring(Side.LEFT, INVOICE)

        why = explain(desk, left)

        assert why.nearest == ()
        assert why.notes == ("There are no rules yet, so that nothing can be said of what nearly matched.",)

    def test_an_unknown_record_is_not_found(self, desk: Desk) -> None:
        """Also one of another project."""
        with pytest.raises(RecordUnknownError):
            explain(desk, RecordId(404))
