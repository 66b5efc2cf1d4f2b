from typing import Any

from reconciliation.engine import Nearest, nearest
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


def _nearest(desk: Desk, side: Any = "left", record_id: int = 1) -> list[Nearest]:
    return nearest(*desk.inputs(), RuleSet.from_document(RULES), side, [record_id]).get(record_id, [])


def _miss(desk: Desk, side: Any = "left", record_id: int = 1) -> tuple[str, str, int] | None:
    """The rule that keeps the nearest record apart."""
    found = [near for near in _nearest(desk, side, record_id) if near.is_near]
    return (
        next(((rule.rule, rule.text, found[0].other_record_id) for rule in found[0].finding.failed), None)
        if found
        else None
    )


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

    def test_a_record_that_fits_misses_nothing(self, desk: Desk) -> None:
        """Left open for another reason: no failed rule is invented."""
        desk.left = [record("a", reference="R")]
        desk.right = [record("x", reference="R")]

        [near] = _nearest(desk)

        assert (near.other_record_id, near.finding.failed) == (FIRST_RIGHT, ())

    def test_what_is_far_from_everything_has_none(self, desk: Desk) -> None:
        """Nothing near is nothing told; nor is anything where nothing was asked."""
        desk.left = [record("a", "10.00", reference="R")]
        desk.right = [record("x", "999.00", reference="Q")]

        assert _nearest(desk) == []
        assert nearest(*desk.inputs(), RuleSet.from_document(RULES), "left", []) == {}

    def test_a_near_amount_alone_is_nothing_in_common(self, desk: Desk) -> None:
        """No rule holds of the two: nobody would look there."""
        desk.left = [record("a", "10.00", reference="R", booking_date=on(2))]
        desk.right = [record("x", "10.30", reference="Q", booking_date=on(9))]

        assert _nearest(desk) == []

    def test_what_two_rules_keep_apart_is_told_with_both(self, desk: Desk) -> None:
        """A wrong amount and a late date: both are named, and the pair is not called near."""
        desk.left = [record("a", "10.00", reference="R", booking_date=on(2))]
        desk.right = [record("x", "10.30", reference="R", booking_date=on(9))]

        [near] = _nearest(desk)

        assert [rule.text for rule in near.finding.failed] == ["amount differs by 0.30", "would match at +7 days"]
        assert not near.is_near

    def test_both_values_of_each_rule_are_there(self, desk: Desk) -> None:
        """What was compared, as a person reads it, and how each rule held."""
        desk.left = [record("a", "10.00", reference="R", booking_date=on(10))]
        desk.right = [record("x", "10.03", reference="R", booking_date=on(11))]

        [near] = _nearest(desk)

        assert [(rule.left, rule.right, rule.held) for rule in near.finding.rules] == [
            ((("reference", "R"),), (("reference", "R"),), True),
            ((("amount", "10.00 EUR"),), (("amount", "10.03 EUR"),), False),
            ((("booking_date", "2026-03-10"),), (("booking_date", "2026-03-11"),), True),
        ]
        assert near.finding.rules[2].text == "Right 1 day later"

    def test_the_nearest_comes_first(self, desk: Desk) -> None:
        """One day too late is nearer than a month; at the same distance the better score."""
        desk.left = [record("a", reference="R", booking_date=on(1))]
        desk.right = [record(key, reference="R", booking_date=on(day)) for key, day in (("x", 30), ("y", 5), ("z", 6))]

        assert [desk.key(near.other_record_id) for near in _nearest(desk)] == ["y", "z", "x"]
