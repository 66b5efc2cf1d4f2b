from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.intake.identity import Identified, identify
from reconciliation.intake.snapshot import write_snapshot
from reconciliation.intake.verdicts import KnownFile
from tests.effort import examples
from tests.reconciliation.lines import lines


class Imported:
    """A source that takes in one file after the other."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: list[KnownFile] = []
        self.taken: list[pa.Table] = []

    def take(self, records: pa.Table) -> Identified:
        found = identify(records, self._known)
        snapshot = self._directory / f"{len(self._known)}.parquet"
        write_snapshot(found.new, snapshot)
        self._known.append(KnownFile(f"file{len(self._known) + 1}.csv", snapshot))
        self.taken.append(found.new)
        return found

    def texts(self) -> "Counter[str]":
        return Counter(str(text) for table in self.taken for text in table["text"].to_pylist())


@pytest.fixture
def source(tmp_path: Path) -> Imported:
    return Imported(tmp_path)


def coffee(**changes: Any) -> dict[str, Any]:
    return {"booking_date": date(2026, 11, 3), "amount": -300, "text": "Coffee"} | changes


class TestWithoutKeys:
    def test_keeps_real_twins(self, source: Imported) -> None:
        """Two equal lines of one file are two records, the first and the second occurrence."""
        found = source.take(lines(coffee(), coffee()))

        assert found.new["occurrence"].to_pylist() == [1, 2]
        assert len(set(found.new["fingerprint"].to_pylist())) == 1

    def test_adds_nothing_the_second_time(self, source: Imported) -> None:
        """The same lines again, twins included, are duplicates."""
        records = lines(coffee(), coffee(), coffee(text="Tea"))
        source.take(records)

        again = source.take(records)

        assert (again.new.num_rows, again.duplicates.num_rows) == (0, 3)

    def test_adds_only_what_an_overlap_has_more(self, source: Imported) -> None:
        """A third equal line is new where the source has two."""
        source.take(lines(coffee(), coffee()))

        found = source.take(lines(coffee(), coffee(), coffee()))

        assert found.new["occurrence"].to_pylist() == [3]
        assert found.new["line"].to_pylist() == [4]

    @pytest.mark.parametrize(
        "change",
        [
            {"amount": -301},
            {"currency": "USD"},
            {"booking_date": date(2026, 11, 4)},
            {"value_date": date(2026, 11, 3)},
            {"occurred_at": datetime(2026, 11, 3, 9, tzinfo=UTC)},
            {"reference": "R1"},
            {"counterparty": "Bar"},
            {"account": "DE1"},
            {"text": ""},
            {"batch": "B1"},
        ],
    )
    def test_tells_lines_apart_by_every_mapped_field(self, source: Imported, change: dict[str, Any]) -> None:
        """A line that differs in one field is another line."""
        source.take(lines(coffee(), extras=("batch",)))

        assert source.take(lines(coffee(**change), extras=("batch",))).new.num_rows == 1

    def test_knows_the_same_money_at_another_scale(self, source: Imported) -> None:
        """3.00 and 3.000 are equal: a file with more decimals is no other story."""
        source.take(lines(coffee()))

        assert source.take(lines(coffee(amount=-3000, scale=3))).duplicates.num_rows == 1

    def test_does_not_mind_a_field_that_is_mapped_later_and_empty(self, source: Imported) -> None:
        """A mapping that reads one column more knows the lines again where that column is empty."""
        source.take(lines(coffee()))

        assert source.take(lines(coffee(), extras=("batch",))).duplicates.num_rows == 1

    def test_separates_fields(self, source: Imported) -> None:
        """What stands at the end of one field is not the beginning of the next."""
        source.take(lines(coffee(reference="ab", counterparty="c")))

        assert source.take(lines(coffee(reference="a", counterparty="bc"))).new.num_rows == 1


class TestWithKeys:
    def test_knows_a_line_by_account_and_key(self, source: Imported) -> None:
        """The same key of another account is another line."""
        source.take(lines(coffee(key="K1", account="DE1")))

        found = source.take(lines(coffee(key="K1", account="DE1"), coffee(key="K1", account="DE2")))

        assert found.new["account"].to_pylist() == ["DE2"]
        assert found.duplicates.num_rows == 1

    def test_keeps_equal_lines_with_keys_of_their_own(self, source: Imported) -> None:
        """Keys tell twins apart."""
        assert source.take(lines(coffee(key="K1"), coffee(key="K2"))).new.num_rows == 2

    def test_refuses_a_key_that_says_something_else_now(self, source: Imported) -> None:
        """The reason names both lines and the file of the earlier one."""
        source.take(lines(coffee(key="K0"), coffee(key="K1")))

        found = source.take(lines(coffee(key="K1", amount=-400)))

        assert (found.new.num_rows, found.conflicting.num_rows) == (0, 1)
        assert "'K1' of line 2" in found.conflicts[0].reason
        assert "line 3 of file1.csv" in found.conflicts[0].reason

    def test_refuses_both_lines_that_share_a_key(self, source: Imported) -> None:
        """Within one file nobody knows which of the two is right: neither is guessed, each names the other."""
        found = source.take(lines(coffee(key="K1"), coffee(key="K2"), coffee(key="K1", amount=-400)))

        assert found.new["key"].to_pylist() == ["K2"]
        assert [
            (conflict.line, f"line {other} " in conflict.reason)
            for conflict, other in zip(found.conflicts, (4, 2), strict=True)
        ] == [(2, True), (4, True)]

    def test_counts_a_repeated_line_once(self, source: Imported) -> None:
        """Key and content twice in one file: a record and a duplicate."""
        found = source.take(lines(coffee(key="K1"), coffee(key="K1")))

        assert (found.new.num_rows, found.duplicates.num_rows, len(found.conflicts)) == (1, 1, 0)

    def test_knows_the_right_one_of_two(self, source: Imported) -> None:
        """Where the source has the key already, only the line that contradicts it is refused."""
        source.take(lines(coffee(key="K1")))

        found = source.take(lines(coffee(key="K1"), coffee(key="K1", amount=-400)))

        assert found.duplicates["line"].to_pylist() == [2]
        assert [conflict.line for conflict in found.conflicts] == [3]


days = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6)


@settings(max_examples=examples(15), deadline=None)
@given(history=st.lists(days, min_size=1, max_size=5), data=st.data())
def test_overlapping_extracts_add_up_to_the_truth(
    history: list[list[str]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However a history of days is cut into overlapping files, in whatever order they come, each line is there once."""
    source = Imported(tmp_path_factory.mktemp("source"))
    cuts = st.tuples(st.integers(0, len(history)), st.integers(0, len(history))).map(sorted)
    for start, end in [*data.draw(st.lists(cuts, max_size=3)), (0, len(history))]:
        found = source.take(_extract(history, start, end))
        assert len(found.conflicts) == 0

    assert Counter(f"{day} {text}" for day, texts in enumerate(history) for text in texts) == source.texts()


def _extract(history: Sequence[Sequence[str]], start: int, end: int) -> pa.Table:
    days = enumerate(history[start:end], start=start)
    return lines(*(coffee(text=f"{day} {text}") for day, texts in days for text in texts))


@settings(max_examples=examples(15), deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(["K1", "K2", None]), st.integers(0, 2)), max_size=8))
def test_every_line_goes_somewhere(
    rows: list[tuple[str | None, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """New, duplicate or refused: each line is exactly one of them, the first time and again."""
    source = Imported(tmp_path_factory.mktemp("source"))
    records = lines(*(coffee(key=key, amount=amount) for key, amount in rows))
    for _ in range(2):
        found = source.take(records)

        accepted = [*found.new["line"].to_pylist(), *found.duplicates["line"].to_pylist()]
        assert Counter(accepted) + Counter(row.line for row in found.conflicts) == Counter(records["line"].to_pylist())
    assert found.new.num_rows == 0
