from decimal import Decimal

from reconciliation.ids import Side
from reconciliation.queries.get_standing import Tally
from tests.reconciliation.desk import SAME_AMOUNT, Desk


class TestGetStanding:
    def test_puts_every_record_in_its_place(self, desk: Desk) -> None:
        """Confirmed, suggested and open add up to the total, by count and by amount (I3)."""
        by_hand = desk.bring(Side.LEFT, {"amount": 500})
        desk.match(by_hand, desk.bring(Side.RIGHT, {"amount": 500}))
        desk.suggest(*SAME_AMOUNT)
        desk.bring(Side.LEFT, {"amount": -250})

        left, right = desk.standing().rows

        assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
        assert left.confirmed == Tally(count=1, amount=Decimal("5.00"))
        assert left.suggested == Tally(count=1, amount=Decimal("10.00"))
        assert left.open == Tally(count=1, amount=Decimal("-2.50"))
        assert left.total == Tally(count=3, amount=Decimal("12.50"))
        assert right.total == right.confirmed + right.suggested

    def test_keeps_currencies_apart(self, desk: Desk) -> None:
        """A row for each source and currency, none for a sum across them."""
        desk.bring(Side.LEFT, {"amount": 1}, {"amount": 2, "currency": "USD"})

        assert [(row.currency, row.total.amount) for row in desk.standing().rows] == [
            ("EUR", Decimal("0.01")),
            ("USD", Decimal("0.02")),
        ]

    def test_never_rounds_the_match_rate_up(self, desk: Desk) -> None:
        """Two of three is 0.6666; all is 1 and nothing else is."""
        left = desk.bring(Side.LEFT, {"amount": 1})
        right = desk.bring(Side.RIGHT, {"amount": 1}, {"amount": 2})
        desk.match(left, right[:1])

        assert desk.standing().match_rate == Decimal("0.6666")

    def test_of_an_empty_project_is_empty(self, desk: Desk) -> None:
        """No record, no row, a rate of zero."""
        standing = desk.standing()

        assert (standing.rows, standing.match_rate) == ((), Decimal(0))
