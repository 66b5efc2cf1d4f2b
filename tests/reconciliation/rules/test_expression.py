from typing import Any

import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import Desk, on, one, record


def formula(text: str) -> dict[str, Any]:
    return one({"type": "SameReference"}, {"type": "Expression", "formula": text})


class TestExpression:
    @pytest.mark.parametrize(
        ("text", "holds"),
        [
            ("left.amount = right.amount * 2", True),
            ("left.amount - right.amount <= 10.00", True),
            ("left.amount - right.amount < 10", False),
            ("left.amount * 0.5 = right.amount", True),
            ("left.amount * 0.51 > right.amount AND NOT left.amount * 0.49 >= right.amount", True),
            ("abs(-left.amount) between 20 and 20.00", True),
            ("left.amount in (1, 2, 20)", True),
            ("left.account = right.account OR left.account is null", True),
            ("left.account = right.account", False),
            ("left.text = 'it''s'", True),
            ("right.booking_date - left.booking_date = 3", True),
            ("left.booking_date >= DATE '2026-03-04'", False),
            ("left.booking_date + 3 = right.booking_date", True),
            ("greatest(left.amount, right.amount, 30) = 30", True),
            ("coalesce(left.account, 'none') = 'none'", True),
        ],
    )
    def test_says_what_it_says(self, desk: Desk, text: str, holds: bool) -> None:
        """Amounts are exact money, dates are days, the rest is text; what is null does not hold."""
        desk.left = [record("a", "20.00", reference="R", text="it's", booking_date=on(2))]
        desk.right = [record("x", "10.00", reference="R", account="1", booking_date=on(5))]

        assert bool(desk.match(formula(text)).pairs()) is holds

    def test_a_number_beside_money_is_money_of_any_scale(self, desk: Desk) -> None:
        """Five is five yen beside yen and five euros beside euros."""
        desk.left = [
            record("a", "5", reference="R", currency="JPY"),
            record("b", "5.000", reference="S", currency="BHD"),
        ]
        desk.right = [
            record("x", "9", reference="R", currency="JPY"),
            record("y", "9.000", reference="S", currency="BHD"),
        ]

        assert desk.match(formula("left.amount = 5 AND right.amount = 9.0")).pairs() == {"a=x", "b=y"}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("left.amount", "says nothing that holds"),
            ("amount = 1", "is of no side"),
            ("other.amount = 1", "is of no side"),
            ("left.amount / 2 = 1", "may not stand in a formula"),
            ("left.amount = (SELECT 1)", "may not stand in a formula"),
            ("read_text('/etc/passwd') = left.text", "may not stand in a formula"),
            ("left.amount = 1; DROP TABLE x", "cannot be read|may not stand"),
            ("left.text = left.amount", "cannot be compared"),
            ("left.amount * right.amount = 1", "multiply an amount by a number"),
            ("left.booking_date > DATE '2026-13-01'", "is no day"),
            ("left.amount = ", "cannot be read"),
            ("(" * 400 + "1" + ")" * 400 + " = 1", "nested too deeply"),
            ("left.amount = 1.23456789012", "too many digits"),
        ],
    )
    def test_nothing_else_may_stand_in_it(self, text: str, message: str) -> None:
        """It is refused with its pass and rule before it gets near an engine."""
        with pytest.raises(InvalidRuleSetError, match=message) as caught:
            RuleSet.from_document({"passes": [formula(text)]})

        assert "pass 1 “Pass”, rule 2 Expression.formula" in str(caught.value)

    def test_a_formula_alone_is_nothing_to_block_on(self) -> None:
        """It may say anything, so that every record would be compared with every other."""
        with pytest.raises(InvalidRuleSetError, match="nothing to block on"):
            RuleSet.from_document({"passes": [one({"type": "Expression", "formula": "left.amount = right.amount"})]})
