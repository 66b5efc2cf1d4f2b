import pyarrow as pa
import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import Desk, on, one, record

BY_REFERENCE = one({"type": "SameReference"}, cardinality="contra")
AMOUNT = {"name": "Amount", "rules": [{"type": "SameAmount"}]}


class TestContra:
    def test_an_entry_and_its_reversal_are_one_group_of_one_side(self, desk: Desk) -> None:
        """They net to zero by their plain sum, and the later pass by amount finds neither of them."""
        desk.left = [record("entry", "10.00", reference="A"), record("reversal", "-10.00", reference="A")]
        desk.right = [record("other", "10.00", reference="B")]

        found = desk.match(BY_REFERENCE, AMOUNT)

        assert found.confirmed == {"entry+reversal="}
        assert sorted(row["amount"] for row in found.outcome.legs.to_pylist()) == [-1000, 1000]

    def test_the_other_side_may_be_empty(self, desk: Desk) -> None:
        """A contra needs nobody on the other side."""
        desk.right = [record("entry", "10.00", reference="A"), record("reversal", "-10.00", reference="A")]

        assert desk.match(BY_REFERENCE, opposite_signs=True).confirmed == {"=entry+reversal"}

    def test_only_the_side_that_is_asked_for(self, desk: Desk) -> None:
        """With a side the other one is left alone."""
        rows = [record("entry", "10.00", reference="A"), record("reversal", "-10.00", reference="A")]
        desk.left, desk.right = rows, rows

        assert desk.match({**BY_REFERENCE, "side": "right"}).confirmed == {"=entry+reversal"}

    @pytest.mark.parametrize("fields", [{"amount": "-10.01"}, {"reference": "B"}, {"currency": "USD"}])
    def test_what_is_no_reversal(self, desk: Desk, fields: dict[str, str]) -> None:
        """Another amount, reference or currency is another story."""
        other = {"amount": "-10.00", "reference": "A", **fields}
        desk.left = [record("entry", "10.00", reference="A"), record("other", **other)]

        assert desk.match(BY_REFERENCE).pairs() == set()

    def test_a_flag_links_as_a_reference_does(self, desk: Desk) -> None:
        """Two lines of opposite amounts are a contra if one, and only one, is marked as a reversal."""
        desk.left = [
            record("entry", "10.00", kind="BK"),
            record("reversal", "-10.00", kind="RV"),
            record("in", "7.00", kind="BK"),
            record("out", "-7.00", kind="BK"),
        ]

        marked = one({"type": "IsReversal", "field": "kind", "marks": ["RV"]}, cardinality="contra", side="left")

        assert desk.match(marked).confirmed == {"entry+reversal="}

    def test_two_entries_and_one_reversal_are_left_to_a_person(self, desk: Desk) -> None:
        """Which of two entries was reversed is a guess unless they are the same; it is only suggested."""
        desk.left = [
            record("first", "10.00", reference="A", text="one"),
            record("second", "10.00", reference="A", text="two"),
            record("reversal", "-10.00", reference="A"),
        ]

        found = desk.match(BY_REFERENCE)

        assert found.confirmed == set()
        assert len(found.suggested) == 1

    def test_the_nearest_date_can_decide(self, desk: Desk) -> None:
        """A named order tells which of two entries was reversed."""
        desk.left = [
            record("old", "10.00", reference="A", booking_date=on(1)),
            record("new", "10.00", reference="A", booking_date=on(8)),
            record("reversal", "-10.00", reference="A", booking_date=on(9)),
        ]

        assert desk.match({**BY_REFERENCE, "tie_break": ["nearest_date"]}).confirmed == {"new+reversal="}

    def test_lines_of_a_key_that_net_to_zero(self, desk: Desk) -> None:
        """By keys all lines of one side go together, however many, if they add up to exactly zero."""
        desk.left = [record(key, amount, reference="A") for key, amount in (("a", "10"), ("b", "-4"), ("c", "-6"))]
        desk.left += [record("d", "5.00", reference="B"), record("e", "-4.00", reference="B")]
        desk.left += [record("f", "0.00", reference="C"), record("g", "0.00", reference="C")]
        netted = one(cardinality="contra", side="left", group_by={"left": ["reference"]})

        assert desk.match(netted).confirmed == {"a+b+c="}

    @pytest.mark.parametrize("by_keys", [False, True])
    @pytest.mark.parametrize("pair", [(1, 2), (2, 1)])
    def test_what_a_person_keeps_apart_stays_apart(self, desk: Desk, *, by_keys: bool, pair: tuple[int, int]) -> None:
        """A remembered negative between two lines of one side is heeded in either direction."""
        desk.left = [record("entry", "10.00", reference="A"), record("reversal", "-10.00", reference="A")]
        keyed = one(cardinality="contra", side="left", group_by={"left": ["reference"]})
        never = pa.table({"left_id": pa.array(pair[:1], pa.int64()), "right_id": pa.array(pair[1:], pa.int64())})

        assert desk.match(keyed if by_keys else BY_REFERENCE, never=never).pairs() == set()

    def test_an_amount_alone_is_refused(self) -> None:
        """Any payment in and any payment out of the same amount would be a contra."""
        with pytest.raises(InvalidRuleSetError, match="more in common than an amount"):
            RuleSet.from_document({"passes": [one({"type": "SameAmount"}, cardinality="contra")]})
