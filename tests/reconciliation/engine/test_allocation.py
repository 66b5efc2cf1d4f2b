from typing import Any

import pyarrow as pa
import pytest

from reconciliation.engine import SideInput, match
from reconciliation.engine.inputs import USED
from reconciliation.rules import RuleSet
from tests.reconciliation.engine.ledgers import FIRST_RIGHT, Desk, Found, on, one, record

KEYS = {"left": ["reference"], "right": ["reference"]}
PAID = one({"type": "PartialPayment"}, cardinality="1:n", group_by=KEYS)
POOLED = {**PAID, "cardinality": "n:m"}


def uses(found: Found) -> dict[str, tuple[int, int | None, bool]]:
    """By the record's key: what it counts in the group, what is allocated of it, and whether that closes it."""
    rows = found.outcome.legs.to_pylist()
    return {found.desk.key(row["record_id"]): (row["amount"], row["allocated"], row["closes"]) for row in rows}


class TestAllocation:
    def test_the_oldest_invoice_is_paid_first(self, desk: Desk) -> None:
        """500 pay 50 in full and 450 of 500; the group nets to zero and 50 stay open."""
        desk.left = [record("pay", "500.00", reference="R", booking_date=on(9))]
        desk.right = [
            record("second", "500.00", reference="R", booking_date=on(5)),
            record("first", "50.00", reference="R", booking_date=on(1)),
        ]

        found = desk.match(PAID)

        assert found.confirmed == {"pay=first+second"}
        assert found.groups[0]["difference"] == 0
        assert uses(found) == {
            "pay": (50_000, None, True),
            "first": (5_000, None, True),
            "second": (45_000, 45_000, False),
        }

    def test_what_nothing_is_left_for_stays_open(self, desk: Desk) -> None:
        """A line after the money ran out is in no group."""
        desk.left = [record("pay", "60.00", reference="R")]
        desk.right = [record(f"i{day}", "60.00", reference="R", booking_date=on(day)) for day in (3, 1, 2)]

        assert desk.match(PAID).confirmed == {"pay=i1"}

    def test_too_much_money_leaves_a_part_of_the_payment(self, desk: Desk) -> None:
        """A prepayment is used as far as there are invoices."""
        desk.left = [record("pay", "100.00", reference="R")]
        desk.right = [record("a", "30.00", reference="R"), record("b", "45.50", reference="R")]

        assert uses(desk.match(PAID))["pay"] == (7_550, 7_550, False)

    def test_a_credit_is_used_before_anything_is_paid(self, desk: Desk) -> None:
        """A credit note adds to what there is to pay with; no part of a line changes its sign."""
        desk.left = [record("pay", "70.00", reference="R")]
        desk.right = [
            record("old", "50.00", reference="R", booking_date=on(1)),
            record("new", "50.00", reference="R", booking_date=on(2)),
            record("credit", "-20.00", reference="R", booking_date=on(9)),
        ]

        found = uses(desk.match(PAID))

        assert found["credit"] == (-2_000, None, True)
        assert found["new"] == (4_000, 4_000, False)

    def test_opposite_signs_keep_the_records_own(self, desk: Desk) -> None:
        """What is allocated is told in the sign of the record itself, whatever it counts in the group."""
        desk.left = [record("pay", "-80.00", reference="R")]
        desk.right = [record("a", "100.00", reference="R")]

        found = desk.match(PAID, opposite_signs=True)

        assert uses(found)["a"] == (-8_000, 8_000, False)

    def test_several_payments_of_one_key_are_pooled(self, desk: Desk) -> None:
        """With n:m the payments of a key pay its invoices together, and one line at most is cut."""
        desk.left = [record("p1", "30.00", reference="R"), record("p2", "30.00", reference="R")]
        desk.right = [record("a", "40.00", reference="R"), record("b", "40.00", reference="R", booking_date=on(9))]

        found = desk.match(POOLED)

        assert found.confirmed == {"p1+p2=a+b"}
        assert [key for key, (_, _, closes) in uses(found).items() if not closes] == ["b"]

    def test_the_rest_is_there_for_a_later_pass(self, desk: Desk) -> None:
        """What an allocation leaves of a line matches further on, with the amount that is left."""
        desk.left = [record("pay", "60.00", reference="R"), record("cash", "40.00", reference="other")]
        desk.right = [record("bill", "100.00", reference="R")]

        found = desk.match(PAID, {"name": "Amount", "rules": [{"type": "SameAmount"}]})

        assert found.confirmed == {"pay=bill", "cash=bill"}
        bill = [row for row in found.outcome.legs.to_pylist() if row["side"] == "right"]
        assert [(row["allocated"], row["closes"]) for row in bill] == [(6_000, False), (4_000, True)]

    def test_a_part_that_an_earlier_run_used_is_not_there_any_more(self, desk: Desk) -> None:
        """Only what is left of a record takes part, and the group that uses it up closes it."""
        desk.left = [record("rest", "40.00", reference="R")]
        desk.right = [record("bill", "100.00", reference="R")]
        left, right = desk.inputs()
        used = pa.Table.from_pylist([{"record_id": FIRST_RIGHT, "currency": "EUR", "scale": 2, "used": 6_000}], USED)
        rules = RuleSet.from_document({"passes": [one({"type": "SameReference"}, {"type": "SameAmount"})]})

        found = Found(desk, match(left, SideInput(right.snapshots, used=used), rules))

        assert uses(found)["bill"] == (4_000, 4_000, True)

    @pytest.mark.parametrize(("paid", "owed"), [("10.00", "-10.00"), ("0.00", "10.00")])
    def test_nothing_is_allocated_across_zero(self, desk: Desk, paid: str, owed: str) -> None:
        """A payment out does not pay what is owed to us."""
        desk.left = [record("pay", paid, reference="R")]
        desk.right = [record("a", owed, reference="R")]

        assert desk.match(PAID).pairs() == set()

    def test_a_suggested_allocation_keeps_its_lines(self, desk: Desk) -> None:
        """While a person has not confirmed it, the rest of the line is in no other group."""
        desk.left = [record("pay", "60.00", reference="R"), record("cash", "40.00", reference="other")]
        desk.right = [record("bill", "100.00", reference="R")]
        only: dict[str, Any] = {**PAID, "decide": {"confirm_at": None}}

        assert desk.match(only, {"name": "Amount", "rules": [{"type": "SameAmount"}]}).suggested == {"pay=bill"}
