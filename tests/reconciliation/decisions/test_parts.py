"""I1 and I3 where groups use parts of records."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cqrs import command_bus
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.take_back_confirmation import TakeBackConfirmation
from reconciliation.commands.unmatch import Unmatch
from reconciliation.decisions.locks import RecordTakenError
from reconciliation.ids import RecordId, Side
from tests.reconciliation.desk import DAY, Desk

KEYS = {"left": ["reference"], "right": ["reference"]}
ALLOCATE: dict[str, Any] = {
    "name": "Allocate",
    "cardinality": "1:n",
    "group_by": KEYS,
    "rules": [{"type": "PartialPayment"}],
}
CONTRA = {"name": "Contra", "cardinality": "contra", "rules": [{"type": "SameReference"}]}


def adds_up(desk: Desk) -> dict[Side, tuple[int, Decimal, int, Decimal]]:
    """Confirmed and open of each side, by count and amount; asserts I3 and that the list agrees with the figures."""
    found = {}
    for row in desk.standing().rows:
        parts = (row.confirmed, row.suggested, row.open, row.excluded)
        assert sum(part.count for part in parts) == row.total.count
        assert sum(part.amount for part in parts) == row.total.amount
        items = desk.open_items(row.side)
        assert (len(items), sum(item.amount or 0 for item in items)) == (row.open.count, row.open.amount)
        found[row.side] = (row.confirmed.count, row.confirmed.amount, row.open.count, row.open.amount)
    return found


@pytest.fixture
def paid(desk: Desk) -> RecordId:
    """500 pay 50 and a part of the returned record, of which 50 stay open."""
    desk.bring(Side.LEFT, {"amount": 50_000, "reference": "R"})
    rows = [{"amount": 5_000, "reference": "R"}, {"amount": 50_000, "reference": "R"}]
    _, second = desk.bring(Side.RIGHT, rows[0], rows[1] | {"booking_date": DAY + timedelta(days=4)})
    desk.publish_rules({"passes": [ALLOCATE]})
    desk.run()
    return second


class TestParts:
    def test_the_rest_stays_open_and_linked(self, desk: Desk, paid: RecordId) -> None:
        """The invoice is open with 50 and says which group has the other 450."""
        [group] = desk.groups("confirmed")
        [item] = desk.open_items(Side.RIGHT)

        assert (item.record.id, item.amount, item.partly_in) == (paid, Decimal("50.00"), (group.id,))
        assert group.difference == 0
        assert adds_up(desk)[Side.RIGHT] == (1, Decimal("500.00"), 1, Decimal("50.00"))

    def test_a_later_payment_uses_the_record_up(self, desk: Desk, paid: RecordId) -> None:
        """The next run sees 50, and with them the invoice is closed by two groups."""
        desk.bring(Side.LEFT, {"amount": 5_000, "reference": "R"})
        desk.run()

        assert len(desk.groups("confirmed")) == 2
        assert desk.open_ids(Side.RIGHT) == []
        assert adds_up(desk)[Side.RIGHT] == (2, Decimal("550.00"), 0, Decimal("0.00"))

    def test_undoing_the_first_opens_what_it_used(self, desk: Desk, paid: RecordId) -> None:
        """The second group stands; the record is open with the 450 of the first, and counts as open again."""
        desk.bring(Side.LEFT, {"amount": 5_000, "reference": "R"})
        desk.run()
        first = min(group.id for group in desk.groups())

        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=first, reason="Wrong customer"))

        amounts = {item.record.id: item.amount for item in desk.open_items(Side.RIGHT)}
        assert amounts[paid] == Decimal("450.00")
        assert adds_up(desk)[Side.RIGHT] == (0, Decimal("50.00"), 2, Decimal("500.00"))

    def test_a_person_matches_the_rest_by_hand(self, desk: Desk, paid: RecordId) -> None:
        """By hand a record counts with what is left of it, and undoing that leaves the first group alone."""
        cash = desk.bring(Side.LEFT, {"amount": 5_000})
        group_id = desk.match(cash, [paid])

        assert adds_up(desk)[Side.RIGHT] == (2, Decimal("550.00"), 0, Decimal("0.00"))
        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="No"))
        assert adds_up(desk)[Side.RIGHT] == (1, Decimal("500.00"), 1, Decimal("50.00"))

    def test_what_is_used_up_is_in_no_other_group(self, desk: Desk, paid: RecordId) -> None:
        """Once nothing is left of a record the next one who wants it gets a conflict."""
        cash = desk.bring(Side.LEFT, {"amount": 5_000}, {"amount": 5_000})
        desk.match(cash[:1], [paid])

        with pytest.raises(RecordTakenError):
            desk.match(cash[1:], [paid])

    def test_a_suggested_part_is_confirmed_and_taken_back(self, desk: Desk) -> None:
        """Count and amount add up while a part is suggested, after it is confirmed, and after that is taken back."""
        desk.bring(Side.LEFT, {"amount": 4_000, "reference": "R"})
        desk.bring(Side.RIGHT, {"amount": 10_000, "reference": "R"})
        desk.publish_rules({"passes": [ALLOCATE | {"decide": {"confirm_at": None}}]})
        desk.run()
        [group] = desk.groups("suggested")
        [row] = [row for row in desk.standing().rows if row.side is Side.RIGHT]
        assert (row.suggested.count, row.suggested.amount, row.open.amount) == (1, Decimal(40), Decimal(60))

        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        assert adds_up(desk)[Side.RIGHT] == (0, Decimal(40), 1, Decimal(60))

        command_bus.dispatch(TakeBackConfirmation(project_id=desk.project_id, group_id=group.id, reason="Slip"))
        [after] = [row for row in desk.standing().rows if row.side is Side.RIGHT]
        assert after == row


class TestContra:
    def test_a_run_confirms_it_and_a_person_takes_it_apart(self, desk: Desk) -> None:
        """It nets to zero by its plain sum; unmatched, the next run does not make it again."""
        desk.bring(Side.LEFT, {"amount": 1_000, "reference": "A"}, {"amount": -1_000, "reference": "A"})
        desk.bring(Side.RIGHT, {"amount": 700, "reference": "B"})
        desk.publish_rules({"passes": [CONTRA]})
        desk.run()
        [group] = desk.groups("confirmed")
        assert [leg.amount for leg in (*group.left, *group.right)] == [Decimal(10), Decimal(-10)]
        assert (group.right, group.difference) == ((), Decimal(0))

        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group.id, reason="Two customers"))
        desk.run()

        assert desk.groups() == ()
        assert adds_up(desk)[Side.LEFT] == (0, Decimal(0), 2, Decimal(0))


class TestAcrossCurrencies:
    def test_the_group_keeps_its_rate(self, desk: Desk) -> None:
        """Rate, date and source are stored with the group; the difference is booked in the left currency."""
        desk.bring(Side.LEFT, {"amount": 9_100, "reference": "R"})
        desk.bring(Side.RIGHT, {"amount": 10_000, "reference": "R", "currency": "USD"})
        rate = {"unit": "USD", "currency": "EUR", "rate": "0.9174", "date": DAY.isoformat()}
        rules = [{"type": "SameReference"}, {"type": "CurrencyConverted", "source": "ECB", "rates": [rate]}]
        desk.publish_rules({"passes": [{"name": "FX", "rules": rules, "adjustment": {"kind": "fx", "max": "1"}}]})

        desk.run()

        [group] = desk.groups("confirmed")
        assert group.rate is not None
        assert (group.rate.rate, group.rate.date, group.rate.source) == (Decimal("0.9174"), DAY, "ECB")
        assert (group.currency, group.right[0].amount, group.right[0].record.amount) == (
            "EUR",
            Decimal("91.74"),
            Decimal(100),
        )
        assert [line.amount for line in group.adjustments] == [Decimal("0.74")]
        adds_up(desk)
