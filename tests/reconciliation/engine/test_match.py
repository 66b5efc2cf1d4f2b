from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reconciliation.engine import (
    AmountOutOfRangeError,
    Cancelled,
    SideInput,
    TooManyCandidatesError,
    UnknownFieldError,
    candidates,
    match,
)
from reconciliation.rules import RuleSet
from tests.reconciliation.engine.ledgers import FIRST_RIGHT, Desk, on, record

EXACT = {"name": "Exact", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]}
AMOUNT = {"name": "Amount", "rules": [{"type": "SameAmount"}]}


class TestWhatIsOpen:
    def test_records_taken_by_a_confirmed_group_are_not_seen(self, desk: Desk) -> None:
        """A record in a confirmed group is no candidate."""
        desk.left, desk.right = [record("a", reference="R")], [record("x", reference="R"), record("y", reference="R")]
        left, right = desk.inputs()
        rules = RuleSet.from_document({"name": "T", "passes": [EXACT]})

        outcome = match(left, SideInput(right.snapshots, pa.array([FIRST_RIGHT])), rules)

        assert outcome.legs["record_id"].to_pylist() == [1, FIRST_RIGHT + 1]

    def test_a_cut_off_leaves_later_records_out(self, desk: Desk) -> None:
        """Records dated after the cut-off wait; those without a date are seen."""
        desk.left = [record("a", reference="1", booking_date=on(31)), record("b", reference="2", booking_date=None)]
        desk.right = [record("x", reference="1", booking_date=on(1, 4)), record("y", reference="2")]

        assert desk.match(EXACT, cut_off=date(2026, 3, 31)).pairs() == {"b=y"}

    def test_rejected_pairs_are_never_proposed_again(self, desk: Desk) -> None:
        """A remembered negative leaves the other candidate."""
        desk.left, desk.right = [record("a", reference="R")], [record("x", reference="R"), record("y", reference="R")]
        never = pa.table({"left_id": pa.array([1], pa.int64()), "right_id": pa.array([FIRST_RIGHT], pa.int64())})

        assert desk.match(EXACT, never=never).pairs() == {"a=y"}

    def test_an_empty_side_matches_nothing(self, desk: Desk) -> None:
        """One side without records gives an empty outcome, as does one without any import."""
        desk.left = [record("a")]
        rules = RuleSet.from_document({"name": "T", "passes": [AMOUNT]})

        assert desk.match(AMOUNT).pairs() == set()
        assert match(desk.inputs()[0], SideInput(()), rules).groups.num_rows == 0

    def test_no_pass_matches_nothing(self, desk: Desk) -> None:
        """An empty rule set matches nothing, however alike the records are."""
        desk.left, desk.right = [record("a")], [record("x")]

        assert desk.match().pairs() == set()

    def test_an_earlier_pass_takes_records_from_a_later_one(self, desk: Desk) -> None:
        """Passes are tried in their order, and groups carry the name of theirs."""
        desk.left = [record("a", reference="R"), record("b")]
        desk.right = [record("x"), record("y", reference="R")]

        found = desk.match(EXACT, AMOUNT)

        assert found.confirmed == {"a=y", "b=x"}
        assert [row["pass_name"] for row in found.groups] == ["Exact", "Amount"]


class TestMoney:
    def test_the_same_figure_in_another_currency_does_not_match(self, desk: Desk) -> None:
        """Currencies are compared before amounts."""
        desk.left, desk.right = [record("a", currency="USD")], [record("x", currency="CAD")]

        assert desk.match(AMOUNT).pairs() == set()

    def test_scales_are_aligned(self, desk: Desk) -> None:
        """10.00 and 10.000 are the same money; the group has the finer scale."""
        desk.left, desk.right = [record("a", "10.00")], [record("x", "10.000")]

        found = desk.match(AMOUNT)

        assert found.confirmed == {"a=x"}
        assert (found.groups[0]["scale"], found.groups[0]["left_amount"]) == (3, 10_000)

    def test_a_sum_beyond_64_bits_is_refused(self, desk: Desk) -> None:
        """Sums are exact or there is none."""
        huge = "90000000000000000.00"
        desk.left = [record("a", huge, reference="R"), record("b", huge, reference="R")]
        desk.right = [record("x", "1.00", reference="R")]
        many = {"name": "Sum", "cardinality": "n:1", "group_by": {"left": ["reference"], "right": ["reference"]}}

        with pytest.raises(AmountOutOfRangeError):
            desk.match({**many, "rules": []})

    def test_lists_without_amounts_match_by_what_they_say(self, desk: Desk) -> None:
        """Without amounts the fields decide, and the group's amounts are nought."""
        desk.left = [record("a", None, currency="XXX", phone="310/246-1501")]
        desk.right = [record("x", None, currency="XXX", phone="310-246-1501")]
        phone = {
            "name": "Phone",
            "rules": [{"type": "SameField", "left": "phone", "right": "phone", "compare": "digits"}],
        }

        found = desk.match(phone)

        assert found.confirmed == {"a=x"}
        assert found.groups[0]["left_amount"] == 0


class TestRunning:
    def test_it_stops_when_asked(self, desk: Desk) -> None:
        """A cancelled run ends between two steps."""
        desk.left, desk.right = [record("a")], [record("x")]

        with pytest.raises(Cancelled):
            desk.match(AMOUNT, is_cancelled=lambda: True)

    def test_it_tells_how_far_it_is(self, desk: Desk) -> None:
        """Progress names the step, never goes back and ends at one."""
        desk.left, desk.right = [record("a")], [record("x")]
        told: list[tuple[str, float]] = []

        outcome = desk.match(EXACT, AMOUNT, on_progress=lambda stage, share: told.append((stage, share))).outcome

        shares = [share for _, share in told]
        assert shares == sorted(shares)
        assert told[-1][1] == 1.0
        assert [name for name, _ in outcome.stages] == ["reading", "Exact", "Amount", "checking"]

    def test_a_field_that_does_not_exist_is_named(self, desk: Desk) -> None:
        """The error names the side, the field and what there is."""
        desk.left, desk.right = [record("a")], [record("x")]

        with pytest.raises(UnknownFieldError, match="left side has no field “colour”; it has account"):
            desk.match({"name": "C", "rules": [{"type": "SameField", "left": "colour", "right": "text"}]})

    def test_a_column_answers_to_its_header(self, desk: Desk) -> None:
        """What the mapping left out is found under its header, and so is a core field that the mapping left empty."""
        desk.left, desk.right = [record("a")], [record("x")]
        sides = desk.inputs()
        for side in sides:
            table = pq.read_table(side.snapshots[0].path).append_column("cell_0", pa.array(["Lobby"]))
            pq.write_table(table.replace_schema_metadata({"headers": '["Text"]'}), side.snapshots[0].path)
        rules = {
            "name": "T",
            "passes": [{"name": "P", "rules": [{"type": "SameField", "left": "text", "right": "TEXT"}]}],
        }

        assert match(*sides, RuleSet.from_document(rules)).groups["status"].to_pylist() == ["confirmed"]

    def test_a_pass_with_too_many_pairs_is_refused(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """A pass that would compare everything with everything says so instead of running for ever."""
        monkeypatch.setattr(candidates, "_MANY", 3)
        monkeypatch.setattr(candidates, "_PER_UNIT", 0)
        desk.left = [record(f"l{number}", counterparty=f"{number}") for number in range(3)]
        desk.right = [record(f"r{number}", counterparty=f"{number}") for number in range(3)]
        name = {"type": "SimilarText", "at_least": 90}

        with pytest.raises(TooManyCandidatesError, match="Pass “Amount”"):
            desk.match(AMOUNT)
        with pytest.raises(TooManyCandidatesError, match="Pass “Name”"):  # though few of the pairs are alike
            desk.match({"name": "Name", "rules": [{"type": "SameAmount"}, name]})
