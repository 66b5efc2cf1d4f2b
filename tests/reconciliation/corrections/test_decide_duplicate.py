from decimal import Decimal

import pytest

from cqrs import command_bus, query_bus
from projects.ids import ProjectId
from reconciliation.commands.decide_duplicate import (
    DecideDuplicate,
    DuplicateDecidedSoError,
    DuplicateNotFoundError,
    SameKeyError,
)
from reconciliation.ids import SourceId
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.list_duplicates import DuplicateRow, ListDuplicates
from tests.reconciliation.importing import COFFEE, HEADER, RENT, add_source, bring_in, look_at, texts

TEA = "2026-11-03;-2.50;EUR;;Tea\n"
CAKE = "2026-11-03;-4.50;EUR;;Cake\n"
MORNING, AFTERNOON = HEADER + TEA + COFFEE, HEADER + COFFEE + CAKE


@pytest.fixture
def source_id(project_id: ProjectId) -> SourceId:
    return add_source(project_id)


@pytest.fixture
def afternoon(project_id: ProjectId, source_id: SourceId) -> ImportDetail:
    """The second file of a day: its coffee looks like the one of the morning."""
    bring_in(project_id, source_id, MORNING, "morning.csv")
    found = bring_in(project_id, source_id, AFTERNOON, "afternoon.csv")
    return look_at(project_id, found.row.id)


def duplicates(project_id: ProjectId, found: ImportDetail, *, doubtful: bool = False) -> tuple[DuplicateRow, ...]:
    query = ListDuplicates(project_id=project_id, import_id=found.row.id, doubtful=doubtful)
    return query_bus.ask(query).items


def decide(project_id: ProjectId, found: ImportDetail, choice: str, place: int = 0) -> None:
    command_bus.dispatch(
        DecideDuplicate(
            project_id=project_id, import_id=found.row.id, place=place, choice=choice, reason="Two receipts"
        )
    )


class TestDoubt:
    def test_is_raised_where_two_files_tell_of_parts_of_a_day(
        self, project_id: ProjectId, afternoon: ImportDetail
    ) -> None:
        """The coffee is not imported again, and it is said that this may be wrong, with both lines."""
        [row] = duplicates(project_id, afternoon, doubtful=True)

        assert texts(project_id) == ["Cake", "Coffee", "Tea"]
        assert (afternoon.row.duplicates, afternoon.row.doubts) == (1, 1)
        assert row.known is not None
        assert (row.line, row.known.line, row.known_file) == (2, 3, "morning.csv")
        assert (row.amount, row.known.amount) == (Decimal(-3), Decimal(-3))

    def test_is_not_raised_where_a_file_repeats_the_other(self, project_id: ProjectId, source_id: SourceId) -> None:
        """An overlap that has the whole day is the same day."""
        bring_in(project_id, source_id, HEADER + RENT + TEA + COFFEE)
        found = bring_in(project_id, source_id, HEADER + TEA + COFFEE + CAKE)

        assert [row.doubt for row in duplicates(project_id, found)] == [False, False]
        assert look_at(project_id, found.row.id).row.doubts == 0


class TestDecision:
    def test_keeps_a_payment_of_its_own(self, project_id: ProjectId, afternoon: ImportDetail) -> None:
        """It is a record of the afternoon's import; the account of lines and the standing follow."""
        decide(project_id, afternoon, "keep")

        after = look_at(project_id, afternoon.row.id)
        assert texts(project_id) == ["Cake", "Coffee", "Coffee", "Tea"]
        assert (after.row.records, after.row.duplicates, after.row.doubts) == (2, 0, 0)
        [row] = query_bus.ask(GetStanding(project_id=project_id)).rows
        assert (row.total.count, row.total.amount) == (4, Decimal("-13.00"))

    def test_is_undone_by_the_other_one(self, project_id: ProjectId, afternoon: ImportDetail) -> None:
        """Dropped again, the record is gone, and everything stands as before; the newest decision is shown."""
        decide(project_id, afternoon, "keep")
        decide(project_id, afternoon, "drop")

        after = look_at(project_id, afternoon.row.id)
        assert texts(project_id) == ["Cake", "Coffee", "Tea"]
        assert (after.row.records, after.row.duplicates) == (1, 1)
        assert after.accounting == afternoon.accounting
        [row] = query_bus.ask(GetStanding(project_id=project_id)).rows
        assert row.total.count == 3
        [shown] = duplicates(project_id, afternoon)
        assert shown.decision is not None
        assert (shown.decision.choice, shown.decision.decided_by) == ("drop", "olga")

    def test_of_a_kept_line_holds_for_the_next_file(self, project_id: ProjectId, afternoon: ImportDetail) -> None:
        """A file of the whole day has two coffees, and adds none."""
        decide(project_id, afternoon, "keep")

        bring_in(project_id, afternoon.row.source_id, HEADER + TEA + COFFEE + COFFEE + CAKE)

        assert texts(project_id) == ["Cake", "Coffee", "Coffee", "Tea"]

    def test_settles_a_doubt_also_when_nothing_changes(self, project_id: ProjectId, afternoon: ImportDetail) -> None:
        """Dropped: it is the record that is known, and nobody is asked again."""
        decide(project_id, afternoon, "drop")

        assert look_at(project_id, afternoon.row.id).row.doubts == 0


class TestRefusals:
    def test_says_that_it_was_decided_so(self, project_id: ProjectId, afternoon: ImportDetail) -> None:
        """The second of two people who decide the same gets a conflict, and no second record."""
        decide(project_id, afternoon, "keep")

        with pytest.raises(DuplicateDecidedSoError):
            decide(project_id, afternoon, "keep")

    def test_knows_no_other_lines(self, project_id: ProjectId, afternoon: ImportDetail) -> None:
        """A place behind the last duplicate is none."""
        with pytest.raises(DuplicateNotFoundError):
            decide(project_id, afternoon, "keep", place=1)

    def test_keeps_no_line_with_a_key(self, project_id: ProjectId, source_id: SourceId) -> None:
        """A key names one line: two of the same key and content are one."""
        keyed = "id;Booking date;Amount;Currency\nK1;2026-11-03;-3.00;EUR\n"
        bring_in(project_id, source_id, keyed)
        found = bring_in(project_id, source_id, keyed + "K2;2026-11-04;-3.00;EUR\n")
        assert [row.doubt for row in duplicates(project_id, found)] == [False]

        with pytest.raises(SameKeyError):
            decide(project_id, found, "keep")
