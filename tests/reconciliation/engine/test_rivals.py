import json

from tests.reconciliation.engine.ledgers import Desk, on, record

EXACT = {"name": "Exact", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]}
NEAR = {"name": "Near", "rules": [{"type": "SameReference"}, {"type": "DatesWithin", "before": 10, "after": 10}]}


class TestTwins:
    def test_as_many_on_both_sides_are_paired_and_confirmed(self, desk: Desk) -> None:
        """Records equal on every mapped field are interchangeable: two against two are two certain pairs."""
        desk.left = [record("a", reference="R"), record("b", reference="R")]
        desk.right = [record("x", reference="R"), record("y", reference="R")]

        assert desk.match(EXACT).confirmed == {"a=x", "b=y"}

    def test_unlike_numbers_are_only_suggested(self, desk: Desk) -> None:
        """Three against two: which one stays open is for a person to say."""
        desk.left = [record(key, reference="R") for key in "abc"]
        desk.right = [record(key, reference="R") for key in "xy"]

        found = desk.match(EXACT)

        assert found.confirmed == set()
        assert found.suggested == {"a=x", "b=y"}

    def test_a_named_tie_break_decides(self, desk: Desk) -> None:
        """With file order named as the tie-break, three against two are decided in file order."""
        desk.left = [record(key, reference="R") for key in "abc"]
        desk.right = [record(key, reference="R") for key in "xy"]

        found = desk.match({**EXACT, "tie_break": ["file_order"]})

        assert found.confirmed == {"a=x", "b=y"}
        assert "Decided by file order" in found.reasons()

    def test_records_that_differ_in_a_text_are_no_twins(self, desk: Desk) -> None:
        """Equal in what the rules compare, but told apart by their texts: suggested with the alternatives."""
        desk.left = [record("a", reference="R", text="January"), record("b", reference="R", text="February")]
        desk.right = [record("x", reference="R"), record("y", reference="R")]

        found = desk.match(EXACT)

        assert found.confirmed == set()
        assert len(found.suggested) == 2
        assert [other["score"] for other in json.loads(found.groups[0]["alternatives"])] == [10_000, 10_000]


class TestRivals:
    def test_the_total_is_optimised_not_the_first_pair(self, desk: Desk) -> None:
        """Taking the best pair first would leave one record open; the best assignment takes both."""
        desk.left = [record("a", reference="R", booking_date=on(10)), record("b", reference="R", booking_date=on(12))]
        desk.right = [record("x", reference="R", booking_date=on(10)), record("y", reference="R", booking_date=on(1))]

        assert desk.match(NEAR).pairs() == {"a=y", "b=x"}

    def test_a_clear_leader_is_confirmed(self, desk: Desk) -> None:
        """Best in both directions by more than the margin: confirmed although there is a rival."""
        desk.left = [record("a", reference="R", booking_date=on(10))]
        desk.right = [record("x", reference="R", booking_date=on(10)), record("y", reference="R", booking_date=on(20))]

        assert desk.match({**NEAR, "decide": {"margin": 5}}).confirmed == {"a=x"}

    def test_a_close_rival_is_suggested(self, desk: Desk) -> None:
        """The same pair within the margin of its rival is only suggested, and says so."""
        desk.left = [record("a", reference="R", booking_date=on(10))]
        desk.right = [record("x", reference="R", booking_date=on(10)), record("y", reference="R", booking_date=on(11))]

        found = desk.match(NEAR)

        assert found.suggested == {"a=x"}
        assert found.reasons()[-1] == "Other records fit about as well"

    def test_ambiguous_may_be_left_open(self, desk: Desk) -> None:
        """Where the pass says so, close rivals stay open and a later pass may take them."""
        desk.left = [record("a", reference="R", text="one")]
        desk.right = [record("x", reference="R"), record("y", reference="R", text="two")]

        assert desk.match({**EXACT, "decide": {"ambiguous": "leave_open"}}).pairs() == set()

    def test_nearest_date_decides_between_equals(self, desk: Desk) -> None:
        """The nearest dates are paired first, each record once."""
        desk.left = [record("a", booking_date=on(1)), record("b", booking_date=on(2))]
        desk.right = [record("x", booking_date=on(1)), record("y", booking_date=on(2))]
        by_date = {"name": "Amount", "rules": [{"type": "SameAmount"}], "tie_break": ["nearest_date"]}

        assert desk.match(by_date).confirmed == {"a=x", "b=y"}

    def test_the_newest_or_the_oldest_decides(self, desk: Desk) -> None:
        """Of several payments the named one is taken."""
        desk.left = [record("a", booking_date=on(20))]
        desk.right = [record("old", booking_date=on(1)), record("new", booking_date=on(15))]
        amount = {"name": "Amount", "rules": [{"type": "SameAmount"}]}

        assert desk.match({**amount, "tie_break": ["newest"]}).confirmed == {"a=new"}
        assert desk.match({**amount, "tie_break": ["oldest"]}).confirmed == {"a=old"}

    def test_a_tie_that_the_order_leaves_is_suggested(self, desk: Desk) -> None:
        """Two records equally near: nearest date does not decide, so nothing is confirmed."""
        desk.left = [record("a", booking_date=on(10))]
        desk.right = [record("x", booking_date=on(9)), record("y", booking_date=on(11))]
        by_date = {"name": "Amount", "rules": [{"type": "SameAmount"}], "tie_break": ["nearest_date"]}

        found = desk.match(by_date)

        assert found.confirmed == set()
        assert len(found.suggested) == 1
