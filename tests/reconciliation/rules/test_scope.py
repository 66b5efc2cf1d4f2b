from typing import Any

import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import Desk, on, one, record


def amount(**scope: Any) -> dict[str, Any]:
    return one({"type": "SameAmount"}, scope=scope)


class TestScope:
    @pytest.mark.parametrize(
        ("scope", "found"),
        [
            ({}, {"a=x", "b=y", "c=z"}),
            ({"currencies": ["USD"]}, {"b=y"}),
            ({"from_date": "2026-03-05"}, {"b=y", "c=z"}),
            ({"to_date": "2026-03-05"}, {"a=x", "b=y"}),
            ({"from_date": "2026-03-05", "to_date": "2026-03-05"}, {"b=y"}),
            ({"left": [{"field": "account", "values": ["1"]}]}, {"a=x"}),
            ({"left": [{"field": "account", "values": ["1"], "but_not": True}]}, {"b=y", "c=z"}),
            ({"right": [{"field": "reference", "values": ["Q", "R"]}]}, {"a=x", "c=z"}),
            ({"left": [{"field": "source", "values": ["left"]}]}, {"a=x", "b=y", "c=z"}),
            ({"left": [{"field": "source", "values": ["Bank A"]}]}, set()),
        ],
    )
    def test_a_pass_looks_at_these_only(self, desk: Desk, scope: dict[str, Any], found: set[str]) -> None:
        """Both days belong to it; a record without the field has none of its values; a source goes by its name."""
        desk.left = [
            record("a", "1.00", account="1", booking_date=on(1)),
            record("b", "2.00", account="2", currency="USD", booking_date=on(5)),
            record("c", "3.00", booking_date=on(9)),
        ]
        desk.right = [
            record("x", "1.00", reference="Q", booking_date=on(1)),
            record("y", "2.00", currency="USD", booking_date=on(5)),
            record("z", "3.00", reference="R", booking_date=on(9)),
        ]

        assert desk.match(amount(**scope)).pairs() == found

    def test_what_is_out_of_it_is_not_added_up(self, desk: Desk) -> None:
        """A filter leaves lines of a key out of its sum, and is no key itself."""
        desk.left = [record("pay", "10.00", reference="R")]
        rows = (("x", "4.00", "paid"), ("y", "6.00", "due"), ("z", "5.00", "void"))
        desk.right = [record(key, amount, reference="R", state=state) for key, amount, state in rows]
        keys = {"left": ["reference"], "right": ["reference"]}
        valid = {"right": [{"field": "state", "values": ["void"], "but_not": True}]}

        assert desk.match(one(cardinality="1:n", group_by=keys, scope=valid)).confirmed == {"pay=x+y"}

    def test_it_bounds_contras_too(self, desk: Desk) -> None:
        """In pairs and by keys."""
        desk.left = [record("in", "5.00", reference="R"), record("out", "-5.00", reference="R")]
        scope = {"left": [{"field": "reference", "values": ["S"]}]}
        keyed = one(cardinality="contra", side="left", group_by={"left": ["reference"]}, scope=scope)

        assert desk.match(one({"type": "SameReference"}, cardinality="contra", scope=scope)).pairs() == set()
        assert desk.match(keyed).pairs() == set()

    def test_the_next_pass_sees_what_was_left_out(self, desk: Desk) -> None:
        """Out of one pass's scope is not out of the run."""
        desk.left, desk.right = [record("a")], [record("x")]

        found = desk.match(amount(currencies=["USD"]), {"name": "All", "rules": [{"type": "SameAmount"}]})

        assert [group["pass_name"] for group in found.groups] == ["All"]

    def test_dates_the_wrong_way_round_are_refused(self) -> None:
        """Such a pass would see nothing."""
        with pytest.raises(InvalidRuleSetError, match=r"pass 1 “Pass”, scope\.to_date: is before from_date"):
            RuleSet.from_document({"passes": [amount(from_date="2026-03-02", to_date="2026-03-01")]})
