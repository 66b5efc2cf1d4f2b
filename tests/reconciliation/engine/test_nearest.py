from typing import Any

from reconciliation.engine import nearest_misses
from reconciliation.rules import RuleSet
from tests.reconciliation.engine.ledgers import FIRST_RIGHT, Desk, on, record

RULES = {
    "name": "Rules",
    "passes": [
        {
            "name": "Reference",
            "rules": [
                {"type": "SameReference"},
                {"type": "SameAmount"},
                {"type": "DatesWithin", "before": 0, "after": 3},
            ],
        },
        {
            "name": "Name",
            "rules": [{"type": "SameAmount"}, {"type": "SimilarText", "at_least": 90}],
        },
    ],
}


def _miss(desk: Desk, side: Any = "left", record_id: int = 1) -> tuple[str, str, int] | None:
    left, right = desk.inputs()
    found = nearest_misses(left, right, RuleSet.from_document(RULES), side, [record_id])
    miss = found.get(record_id)
    return (miss.rule, miss.text, miss.other_record_id) if miss else None


class TestNearMiss:
    def test_a_date_just_outside_the_window_is_told(self, desk: Desk) -> None:
        """A right record a day too late would match at +4 days."""
        desk.left = [record("a", reference="R", booking_date=on(10))]
        desk.right = [record("x", reference="R", booking_date=on(14))]

        assert _miss(desk) == ("DatesWithin", "would match at +4 days", FIRST_RIGHT)

    def test_a_small_difference_is_told(self, desk: Desk) -> None:
        """Three cents apart under the same reference."""
        desk.left = [record("a", "10.00", reference="R")]
        desk.right = [record("x", "10.03", reference="R")]

        assert _miss(desk) == ("SameAmount", "amount differs by 0.03", FIRST_RIGHT)

    def test_a_reference_with_a_slip_is_told(self, desk: Desk) -> None:
        """Same amount and date, and nearly the same reference."""
        desk.left = [record("a", reference="INV-20417")]
        desk.right = [record("x", reference="INV-20471")]

        assert _miss(desk) == ("SameReference", "reference only 97 % alike", FIRST_RIGHT)

    def test_a_name_not_alike_enough_is_told(self, desk: Desk) -> None:
        """The similarity that was found and the one that was asked for."""
        desk.left = [record("a", counterparty="Northsoft Payments")]
        desk.right = [record("x", counterparty="Northern Softworks")]

        assert _miss(desk) == ("SimilarText", "counterparty only 69 % alike, 90 % asked for", FIRST_RIGHT)

    def test_it_works_from_the_right_side(self, desk: Desk) -> None:
        """An open item of either side is explained."""
        desk.left = [record("a", reference="R", booking_date=on(10))]
        desk.right = [record("x", reference="R", booking_date=on(5))]

        assert _miss(desk, "right", FIRST_RIGHT) == ("DatesWithin", "would match at -5 days", 1)

    def test_a_record_that_fits_is_said_to_fit(self, desk: Desk) -> None:
        """Left open for another reason: the text does not invent a failed rule."""
        desk.left = [record("a", reference="R")]
        desk.right = [record("x", reference="R")]

        assert _miss(desk) == ("SameReference", "fits, but so do others, or it was rejected", FIRST_RIGHT)

    def test_what_is_far_from_everything_has_none(self, desk: Desk) -> None:
        """Nothing near is nothing told; nor is anything where nothing was asked."""
        desk.left = [record("a", "10.00", reference="R")]
        desk.right = [record("x", "999.00", reference="Q")]

        assert _miss(desk) is None
        assert nearest_misses(*desk.inputs(), RuleSet.from_document(RULES), "left", []) == {}
