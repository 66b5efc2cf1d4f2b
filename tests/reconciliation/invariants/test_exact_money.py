"""I4 and I3 on amounts that a float would get wrong: from a record to every figure."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.ids import ProjectId
from reconciliation.ids import Side
from tests.effort import examples
from tests.reconciliation.desk import Desk

LARGEST = 2**63 - 1
MONEY = st.tuples(st.integers(-LARGEST, LARGEST), st.integers(0, 12), st.sampled_from(["EUR", "JPY", "BHD"]))
QUICK = settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def exact(amount: int, scale: int) -> Decimal:
    with localcontext(prec=60):
        return Decimal(amount).scaleb(-scale)


class TestExactMoney:
    @QUICK
    @given(money=st.lists(MONEY, min_size=1, max_size=6))
    def test_reaches_the_standing(self, project_id: ProjectId, money: list[tuple[int, int, str]]) -> None:
        """The standing's amounts are the sums of the records' amounts, to the last digit, whatever their scales."""
        desk = Desk(project_id)
        desk.bring(
            Side.LEFT, *({"amount": amount, "scale": scale, "currency": currency} for amount, scale, currency in money)
        )

        rows = [row for row in desk.standing().rows if row.source_id == desk.sources[Side.LEFT]]

        with localcontext(prec=60):
            for row in rows:
                same = [exact(amount, scale) for amount, scale, currency in money if currency == row.currency]
                assert row.total.amount == row.open.amount == sum(same)
                assert row.total.count == len(same)

    @QUICK
    @given(amount=st.integers(-LARGEST, LARGEST), scale=st.integers(0, 12))
    def test_reaches_groups_and_open_items(self, project_id: ProjectId, amount: int, scale: int) -> None:
        """An amount is the same Decimal on an open item and on a leg."""
        desk = Desk(project_id)
        money = {"amount": amount, "scale": scale}
        left, right = desk.bring(Side.LEFT, money), desk.bring(Side.RIGHT, money)
        [item] = [item for item in desk.open_items(Side.LEFT) if item.record.id == left[0]]

        desk.match(left, right)

        [group] = [group for group in desk.groups() if group.left[0].record.id == left[0]]
        assert item.record.amount == group.left[0].amount == group.right[0].amount == exact(amount, scale)

    def test_is_text_in_the_figures_of_a_project(self, desk: Desk) -> None:
        """A third of a cent stays one."""
        desk.bring(Side.LEFT, {"amount": 1, "scale": 12})

        [row] = [row for row in desk.standing().rows if row.side is Side.LEFT]
        assert str(row.open.amount) == "1E-12"


@pytest.mark.parametrize("side", list(Side))
def test_signs_survive(desk: Desk, side: Side) -> None:
    """A negative amount is negative in the sum."""
    desk.bring(side, {"amount": -1}, {"amount": -(2**40) - 1})

    [row] = desk.standing().rows

    assert row.open.amount == Decimal(-(2**40) - 2) / 100
