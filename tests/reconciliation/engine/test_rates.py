from datetime import date
from typing import Any

import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import Desk, on, one, record


def rates(*given: tuple[str, str, str, str], **more: Any) -> dict[str, Any]:
    """A rule from unit, currency, rate and day."""
    listed = [{"unit": unit, "currency": currency, "rate": rate, "date": day} for unit, currency, rate, day in given]
    return {"type": "CurrencyConverted", "source": "ECB", "rates": listed, **more}


USD = ("USD", "EUR", "0.9174", "2026-03-02")


def fx(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return one({"type": "SameReference"}, *rules, **more)


class TestRates:
    def test_a_group_across_currencies_keeps_its_rate(self, desk: Desk) -> None:
        """The right amount counts at the rate of the day; the group says which, of when and from where."""
        desk.left = [record("a", "91.74", reference="R", currency="EUR")]
        desk.right = [record("x", "100.00", reference="R", currency="USD")]

        found = desk.match(fx(rates(USD), {"type": "SameAmount"}))

        assert found.confirmed == {"a=x"}
        [group] = found.groups
        assert (group["rate"], group["rate_date"], group["rate_source"]) == ("0.9174", date(2026, 3, 2), "ECB")
        assert [row["amount"] for row in found.outcome.legs.to_pylist()] == [9174, 9174]
        assert "Converted at 0.9174 of 2026-03-02, ECB" in found.reasons()

    def test_the_difference_is_booked(self, desk: Desk) -> None:
        """What the bank made of it besides is an adjustment within its limit."""
        desk.left = [record("a", "91.00", reference="R", currency="EUR")]
        desk.right = [record("x", "100.00", reference="R", currency="USD")]
        booked = {"kind": "fx", "max": "2.00", "max_percent": "1"}

        found = desk.match(fx(rates(USD), adjustment=booked))

        assert found.confirmed == {"a=x"}
        assert [(row["kind"], row["amount"]) for row in found.outcome.adjustments.to_pylist()] == [("fx", 74)]

    def test_a_difference_above_the_smaller_limit_is_left_to_a_person(self, desk: Desk) -> None:
        """0.74 is within two euros but not within half a per cent."""
        desk.left = [record("a", "91.00", reference="R", currency="EUR")]
        desk.right = [record("x", "100.00", reference="R", currency="USD")]

        found = desk.match(fx(rates(USD), adjustment={"kind": "fx", "max": "2.00", "max_percent": "0.5"}))

        assert found.suggested == {"a=x"}

    @pytest.mark.parametrize(
        ("day", "rate"), [(1, None), (2, "0.9174"), (4, "0.9174"), (5, "0.92"), (12, "0.92"), (13, None)]
    )
    def test_the_newest_rate_that_is_good_for_the_day(self, desk: Desk, day: int, rate: str | None) -> None:
        """No rate of tomorrow, and none that is older than a week."""
        desk.left = [record("a", "92.00", reference="R", currency="EUR", booking_date=on(day))]
        desk.right = [record("x", "100.00", reference="R", currency="USD")]

        found = desk.match(fx(rates(USD, ("USD", "EUR", "0.92", "2026-03-05"))))

        assert [group["rate"] for group in found.groups] == ([rate] if rate else [])

    @pytest.mark.parametrize(
        ("yen", "euros"),
        [("100", "0.59"), ("-100", "-0.59"), ("1", "0.01"), ("85", "0.50"), ("-85", "-0.50")],
    )
    def test_scales_differ_and_halves_go_away_from_zero(self, desk: Desk, yen: str, euros: str) -> None:
        """Whole yen at 0.0059 become cents: 100 are 0.59, 85 are 0.5015."""
        desk.left = [record("a", euros, reference="R", currency="EUR")]
        desk.right = [record("x", yen, reference="R", currency="JPY")]
        rate = ("JPY", "EUR", "0.0059", "2026-03-02")

        assert desk.match(fx(rates(rate), {"type": "SameAmount"})).confirmed == {"a=x"}

    def test_one_currency_needs_no_rate(self, desk: Desk) -> None:
        """The pass across currencies leaves what is in one to the passes for it."""
        desk.left = [record("a", "10.00", reference="R", currency="USD")]
        desk.right = [record("x", "10.00", reference="R", currency="USD")]

        assert desk.match(fx(rates(USD))).pairs() == set()

    def test_amounts_alone_are_refused(self) -> None:
        """Once converted nearly every amount has one like it; something else must tell what belongs together."""
        with pytest.raises(InvalidRuleSetError, match="nothing to block on"):
            RuleSet.from_document({"passes": [one(rates(USD), {"type": "SameAmount"})]})

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ((USD, USD), "USD has 2 rates in EUR on 2026-03-02"),
            ((("USD", "USD", "1", "2026-03-02"),), "needs no rate to itself"),
            ((("USD", "EUR", "0", "2026-03-02"),), "above zero"),
            ((("usd", "EUR", "1", "2026-03-02"),), "regex"),
            ((), "at least one rate"),
        ],
    )
    def test_a_rate_that_says_nothing_is_refused(self, given: tuple[Any, ...], message: str) -> None:
        """The problem names the pass, the rule and the rate."""
        with pytest.raises(InvalidRuleSetError, match=message) as caught:
            RuleSet.from_document({"passes": [fx(rates(*given))]})

        assert "pass 1 “Pass”, rule 2 CurrencyConverted" in str(caught.value)
