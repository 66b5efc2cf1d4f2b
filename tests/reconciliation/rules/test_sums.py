from typing import Any

import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import Desk, record

KEYS = {"left": ["reference"], "right": ["reference"]}


def summed(*rules: dict[str, Any], cardinality: str = "1:n") -> dict[str, Any]:
    keys = KEYS if cardinality != "1:1" else {}
    return {"name": "Pass", "cardinality": cardinality, "group_by": keys, "rules": list(rules)}


class TestSums:
    @pytest.mark.parametrize(
        ("rule", "amount", "found"),
        [
            ({"type": "SumEquals"}, "10.00", True),
            ({"type": "SumEquals"}, "10.01", False),
            ({"type": "SumEquals", "compare": "opposite"}, "-10.00", True),
            ({"type": "SumEquals", "compare": "opposite"}, "10.00", False),
            ({"type": "SumWithin", "absolute": "0.50"}, "10.50", True),
            ({"type": "SumWithin", "absolute": "0.50"}, "10.51", False),
            ({"type": "SumWithin", "absolute": "9", "percent": "1", "base": "right"}, "10.10", True),
            ({"type": "SumWithin", "absolute": "9", "percent": "1", "base": "right"}, "10.11", False),
        ],
    )
    def test_sums_of_a_key(self, desk: Desk, rule: dict[str, Any], amount: str, *, found: bool) -> None:
        """Of an absolute tolerance and a percentage the lesser counts, its bound included."""
        desk.left = [record("a", amount, reference="R")]
        desk.right = [record("x", "4.00", reference="R"), record("y", "6.00", reference="R")]

        assert bool(desk.match(summed(rule)).pairs()) is found

    def test_single_lines_have_no_sum(self) -> None:
        """One to one it would say what it does not do."""
        with pytest.raises(InvalidRuleSetError, match="SumEquals compares sums"):
            RuleSet.from_document({"passes": [summed({"type": "SumEquals"}, cardinality="1:1")]})
