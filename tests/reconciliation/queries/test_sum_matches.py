from decimal import Decimal

import pytest

from cqrs import InvalidMessageError, command_bus, query_bus
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.ids import GroupId, Side
from reconciliation.queries.sum_matches import MatchesSum, SumMatches
from tests.reconciliation.desk import LATER, ONE_SHORT, Desk


def sums(desk: Desk, *group_ids: GroupId) -> MatchesSum:
    return query_bus.ask(SumMatches(project_id=desk.project_id, group_ids=group_ids))


class TestSumMatches:
    def test_adds_up_each_currency_by_itself(self, desk: Desk) -> None:
        """Two of one currency and one of another: no total across them."""
        amounts = ({"amount": 1000}, {"amount": 300}, {"amount": 50, "currency": "USD"})
        desk.bring(Side.LEFT, *amounts)
        desk.bring(Side.RIGHT, *(row | LATER for row in amounts))
        desk.publish_rules()
        desk.run()

        found = sums(desk, *(group.id for group in desk.groups("suggested")))

        assert [(each.currency, each.matches, each.left, each.right) for each in found.currencies] == [
            ("EUR", 2, Decimal("13.00"), Decimal("13.00")),
            ("USD", 1, Decimal("0.50"), Decimal("0.50")),
        ]

    def test_sets_aside_what_cannot_be_confirmed(self, desk: Desk) -> None:
        """What leaves a difference, and what is no suggestion any more."""
        group = desk.suggest(*ONE_SHORT)
        unbalanced = sums(desk, group.id)
        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=group.id))
        gone = sums(desk, group.id)

        assert (unbalanced.ready, unbalanced.unbalanced, unbalanced.gone) == ((), (group.id,), ())
        assert (gone.ready, gone.unbalanced, gone.gone) == ((), (), (group.id,))

    def test_is_bounded(self, desk: Desk) -> None:
        """No more than may be confirmed at once."""
        with pytest.raises(InvalidMessageError, match="At most 500"):
            sums(desk, *map(GroupId, range(501)))
