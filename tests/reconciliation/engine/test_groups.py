import pyarrow as pa

from reconciliation.engine.negatives import REFUSED
from tests.reconciliation.engine.ledgers import FIRST_RIGHT, Desk, on, record

BATCH = {"name": "Batch", "cardinality": "1:n", "group_by": {"left": ["reference"], "right": ["batch"]}, "rules": []}
MANY = {"name": "Many", "cardinality": "n:m", "group_by": {"left": ["reference"], "right": ["reference"]}, "rules": []}


class TestOneToMany:
    def test_equal_sums_of_a_shared_key_are_confirmed(self, desk: Desk) -> None:
        """A payout and the lines of its batch, a refund among them, are one group."""
        desk.left = [record("payout", "90.00", reference="P1")]
        desk.right = [
            record("x", "60.00", batch="P1"),
            record("y", "40.00", batch="P1"),
            record("z", "-10.00", batch="P1"),
        ]

        found = desk.match(BATCH)

        assert found.confirmed == {"payout=x+y+z"}
        assert [row["amount"] for row in found.outcome.legs.to_pylist()] == [9000, 6000, 4000, -1000]

    def test_a_difference_is_one_suggestion(self, desk: Desk) -> None:
        """A sum that differs is one suggested group with its difference, not a heap of single lines."""
        desk.left = [record("payout", "95.01", reference="P1")]
        desk.right = [record("x", "60.00", batch="P1"), record("y", "35.07", batch="P1")]

        found = desk.match(BATCH)

        assert found.suggested == {"payout=x+y"}
        assert found.groups[0]["difference"] == -6
        assert found.outcome.adjustments.num_rows == 0
        assert "Amounts differ by 0.06" in found.reasons()

    def test_an_allowed_fee_becomes_an_adjustment_line(self, desk: Desk) -> None:
        """What the pass allows is booked, so that the confirmed group nets to zero."""
        desk.left = [record("payout", "97.50", reference="P1")]
        desk.right = [record("x", "60.00", batch="P1"), record("y", "40.00", batch="P1")]

        found = desk.match({**BATCH, "adjustment": {"kind": "fee", "max": "2.50"}})

        assert found.confirmed == {"payout=x+y"}
        assert found.outcome.adjustments.to_pylist() == [
            {"group": 0, "kind": "fee", "amount": 250, "scale": 2, "reason": "Allowed by pass “Batch”"}
        ]
        assert "Difference of 2.50 booked as fee" in found.reasons()

    def test_a_difference_above_the_limit_is_suggested(self, desk: Desk) -> None:
        """A cent above the cap is not booked."""
        desk.left = [record("payout", "97.49", reference="P1")]
        desk.right = [record("x", "60.00", batch="P1"), record("y", "40.00", batch="P1")]

        assert desk.match({**BATCH, "adjustment": {"kind": "fee", "max": "2.50"}}).suggested == {"payout=x+y"}

    def test_currencies_are_never_added_up(self, desk: Desk) -> None:
        """Lines of two currencies under one key are two sums, and only that of the payout's currency counts."""
        desk.left = [record("payout", "30.00", reference="P1", currency="GBP")]
        desk.right = [
            record("x", "10.00", batch="P1", currency="USD"),
            record("y", "20.00", batch="P1", currency="EUR"),
        ]

        assert desk.match(BATCH).pairs() == set()

    def test_a_group_can_be_found_by_its_sum_and_date(self, desk: Desk) -> None:
        """Without a shared key the sum of an order's lines blocks, and every line's date is within the window."""
        desk.left = [record("card", "-30.00", booking_date=on(10))]
        desk.right = [
            record("x", "-10.00", reference="order", booking_date=on(12)),
            record("y", "-20.00", reference="order", booking_date=on(13)),
            record("z", "-30.00", reference="late", booking_date=on(14)),
        ]
        order = {
            "name": "Order",
            "cardinality": "1:n",
            "group_by": {"right": ["reference"]},
            "rules": [{"type": "SameAmount"}, {"type": "DatesWithin", "before": 0, "after": 3}],
        }

        assert desk.match(order).confirmed == {"card=x+y"}

    def test_parts_of_a_group_are_not_free_for_others(self, desk: Desk) -> None:
        """A line used in a group is not seen by the next pass."""
        desk.left = [record("b1", "10.00", reference="P1"), record("b2", "3.00")]
        desk.right = [record("x", "3.00", batch="P1"), record("y", "7.00", batch="P1")]

        found = desk.match(BATCH, {"name": "Amount", "rules": [{"type": "SameAmount"}]})

        assert found.pairs() == {"b1=x+y"}


class TestManyToMany:
    def test_both_sides_are_added_up(self, desk: Desk) -> None:
        """Two deposits and three payments of one batch balance, though no line fits another."""
        desk.left = [record("a", "700.00", reference="B7"), record("b", "300.00", reference="B7")]
        desk.right = [
            record(key, amount, reference="B7") for key, amount in (("x", "450.00"), ("y", "350.00"), ("z", "200.00"))
        ]

        assert desk.match(MANY).confirmed == {"a+b=x+y+z"}

    def test_many_to_one_with_opposite_signs(self, desk: Desk) -> None:
        """Signs are aligned on the right: its legs count with the sign they have in the group."""
        desk.left = [record("a", "7.00", reference="P"), record("b", "3.00", reference="P")]
        desk.right = [record("x", "-10.00", reference="P")]
        found = desk.match({**MANY, "cardinality": "n:1"}, opposite_signs=True)

        assert found.confirmed == {"a+b=x"}
        assert [row["amount"] for row in found.outcome.legs.to_pylist()] == [700, 300, 1000]

    def test_a_forbidden_pair_forbids_its_group(self, desk: Desk) -> None:
        """A remembered negative between two lines keeps their groups apart."""
        desk.left = [record("a", "7.00", reference="P"), record("b", "3.00", reference="P")]
        desk.right = [record("x", "6.00", reference="P"), record("y", "4.00", reference="P")]
        never = pa.table({"left_id": pa.array([2], pa.int64()), "right_id": pa.array([FIRST_RIGHT], pa.int64())})

        assert desk.match(MANY, never=never).pairs() == set()


class TestRefusedGroups:
    def test_exactly_that_group_is_not_proposed(self, desk: Desk) -> None:
        """With another line under the same key it is another group."""
        refused = refused_group([1], [FIRST_RIGHT, FIRST_RIGHT + 1])
        desk.left = [record("a", "30.00", reference="P")]
        desk.right = [record("x", "10.00", reference="P"), record("y", "20.00", reference="P")]

        assert desk.match(MANY).pairs() == {"a=x+y"}
        assert desk.match(MANY, refused=refused).pairs() == set()

        desk.right += [record("z", "0.00", reference="P")]
        assert desk.match(MANY, refused=refused).pairs() == {"a=x+y+z"}

    def test_a_sum_that_was_refused_is_not_found_again(self, desk: Desk) -> None:
        """Of two sets that add up the other one is left, and no longer in doubt."""
        sums = {"name": "Sums", "cardinality": "1:n", "subset": {}, "rules": []}
        desk.left = [record("bank", "30.00")]
        desk.right = [record("a", "10.00"), record("b", "20.00"), record("c", "30.00")]

        found = desk.match(sums, refused=refused_group([1], [FIRST_RIGHT, FIRST_RIGHT + 1]))

        assert found.confirmed == {"bank=c"}


def refused_group(left: list[int], right: list[int]) -> pa.Table:
    sides = ["left"] * len(left) + ["right"] * len(right)
    rows = [{"refusal": 7, "side": side, "record_id": one} for side, one in zip(sides, [*left, *right], strict=True)]
    return pa.Table.from_pylist(rows, schema=REFUSED)
