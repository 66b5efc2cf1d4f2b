import pytest

from tests.reconciliation.engine.ledgers import Desk, one, record


class TestAmounts:
    @pytest.mark.parametrize(
        ("left", "right", "meets"),
        [
            ("100.00", "101.00", True),
            ("100.00", "101.02", False),
            ("-100.50", "-100.00", True),
            ("150.00", "100.00", False),
            ("0.00", "0.00", True),
        ],
    )
    def test_a_percentage_names_its_base_and_includes_its_bound(
        self, desk: Desk, left: str, right: str, meets: bool
    ) -> None:
        """One per cent of the right amount: 1.00 of 101.00 passes, 1.02 of 101.02 does not."""
        desk.left, desk.right = [record("a", left, reference="R")], [record("x", right, reference="R")]
        within = {"type": "AmountWithin", "percent": "1", "base": "right"}

        assert bool(desk.match(one({"type": "SameReference"}, within)).pairs()) is meets

    @pytest.mark.parametrize(("right", "meets"), [("10.05", True), ("9.95", True), ("10.06", False), ("-10.00", False)])
    def test_an_absolute_tolerance_blocks_by_itself(self, desk: Desk, right: str, meets: bool) -> None:
        """Stretches of the tolerance's width find what is near, on either side of nought and of a boundary."""
        desk.left, desk.right = [record("a", "10.00")], [record("x", right)]

        assert bool(desk.match(one({"type": "AmountWithin", "absolute": "0.05"})).pairs()) is meets

    def test_with_both_limits_the_smaller_counts(self, desk: Desk) -> None:
        """A percentage with an absolute cap."""
        desk.left, desk.right = [record("a", "1000.00", reference="R")], [record("x", "1006.00", reference="R")]
        within = {"type": "AmountWithin", "percent": "1", "absolute": "5.00"}

        assert desk.match(one({"type": "SameReference"}, within)).pairs() == set()

    def test_the_tolerance_is_that_of_the_currency(self, desk: Desk) -> None:
        """One yen of tolerance is one yen, though the euro counts in cents."""
        desk.left = [record("a", "500", reference="R", currency="JPY"), record("b", "5.00", reference="R")]
        desk.right = [record("x", "501", reference="R", currency="JPY"), record("y", "6.01", reference="R")]
        within = {"type": "AmountWithin", "absolute": "1"}

        assert desk.match(one({"type": "SameReference"}, within)).pairs() == {"a=x"}

    def test_opposite_amounts_cancel_out(self, desk: Desk) -> None:
        """A transfer leaves one account and enters another; the group nets to nought."""
        desk.left, desk.right = [record("a", "-500.00")], [record("x", "500.00"), record("y", "-500.00")]

        found = desk.match(one({"type": "SameAmount", "compare": "opposite"}))

        assert found.confirmed == {"a=x"}
        assert found.groups[0]["right_amount"] == -50_000

    def test_a_difference_without_an_adjustment_is_suggested(self, desk: Desk) -> None:
        """A tolerance lets the pair be found; only an adjustment would make it balance."""
        desk.left, desk.right = [record("a", "10.00", reference="R")], [record("x", "10.01", reference="R")]
        rules = ({"type": "SameReference"}, {"type": "AmountWithin", "absolute": "0.01"})

        assert desk.match(one(*rules)).suggested == {"a=x"}
        assert desk.match(one(*rules, adjustment={"kind": "rounding", "max": "0.01"})).confirmed == {"a=x"}
