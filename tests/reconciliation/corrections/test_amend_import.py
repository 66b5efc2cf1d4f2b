import io
from decimal import Decimal

import pytest

from cqrs import command_bus, query_bus, services
from cqrs.testing import captured_events
from projects.ids import ProjectId
from reconciliation.commands.amend_import import AmendImport, SameFileError
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.review_match import NothingToReviewError, ReviewMatch
from reconciliation.commands.unmatch import Unmatch
from reconciliation.corrections.lines import ImportNotCommittedError
from reconciliation.decisions.balance import AdjustmentLine, UnbalancedMatchError
from reconciliation.events import FileAmended
from reconciliation.ids import GroupId, ImportId, RecordId, Side, SourceId
from reconciliation.models import Record
from reconciliation.queries.get_group import GetGroup
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.list_groups import ListGroups
from reconciliation.storage import Storage
from tests.reconciliation.importing import (
    COFFEE,
    HEADER,
    MONTH,
    RENT,
    SALARY,
    add_source,
    bring_in,
    commit,
    texts,
    upload,
)

INSURANCE = "2026-11-15;-70.00;EUR;I-11;Insurance\n"
CORRECTED = HEADER + RENT.replace("850", "860") + COFFEE + SALARY + INSURANCE


def propose(project_id: ProjectId, found: ImportDetail, content: str, name: str = "corrected.csv") -> ImportId:
    stored = services.get(Storage).put(io.BytesIO(content.encode()))
    return command_bus.dispatch(
        AmendImport(project_id=project_id, import_id=found.row.id, file_name=name, sha256=stored.sha256)
    )


def amend(project_id: ProjectId, found: ImportDetail, content: str, name: str = "corrected.csv") -> ImportDetail:
    detail = commit(project_id, propose(project_id, found, content, name))
    assert detail.row.status == "committed", detail.row.error
    return detail


@pytest.fixture
def source_id(project_id: ProjectId) -> SourceId:
    return add_source(project_id)


@pytest.fixture
def imported(project_id: ProjectId, source_id: SourceId) -> ImportDetail:
    """Rent, two coffees and a salary."""
    return bring_in(project_id, source_id, MONTH)


def record(project_id: ProjectId, text: str) -> Record:
    return Record.objects.published(project_id).filter(text=text).order_by("id")[0]


def match(project_id: ProjectId, left: str, right: str) -> GroupId:
    ids = (RecordId(record(project_id, text).pk) for text in (left, right))
    first, second = ids
    return command_bus.dispatch(MatchByHand(project_id=project_id, left=(first,), right=(second,)))


def standing(project_id: ProjectId, side: Side = Side.LEFT) -> dict[str, tuple[int, Decimal]]:
    [row] = [row for row in query_bus.ask(GetStanding(project_id=project_id)).rows if row.side == side]
    states = {name: getattr(row, name) for name in ("confirmed", "suggested", "open", "total")}
    return {name: (tally.count, tally.amount) for name, tally in states.items() if tally.count}


class TestAmendment:
    def test_takes_the_place_of_the_file(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """Changed, withdrawn and new lines are as the corrected file says; unchanged ones keep their records."""
        salary = record(project_id, "Salary").pk
        with captured_events() as events:
            amend(project_id, imported, CORRECTED)

        assert texts(project_id) == ["Coffee", "Insurance", "Rent November", "Salary"]
        assert (record(project_id, "Salary").pk, record(project_id, "Rent November").money) == (salary, Decimal(-860))
        [told] = [event for event in events if isinstance(event, FileAmended)]
        assert (told.unchanged, told.changed, told.withdrawn, told.added) == (2, 1, 1, 1)

    def test_keeps_the_standing_true(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The totals are those of the records that stand."""
        amend(project_id, imported, CORRECTED)

        assert standing(project_id) == {"open": (4, Decimal("1467.50")), "total": (4, Decimal("1467.50"))}

    def test_may_be_corrected_again(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The second correction is compared with what the first one left."""
        amend(project_id, imported, CORRECTED)
        amend(project_id, imported, CORRECTED.replace("-70.00", "-75.00"), "corrected again.csv")

        assert texts(project_id) == ["Coffee", "Insurance", "Rent November", "Salary"]
        assert standing(project_id)["total"] == (4, Decimal("1462.50"))

    def test_is_known_to_the_next_file(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """An overlapping file adds what was withdrawn and comes back, and nothing else."""
        amend(project_id, imported, CORRECTED)

        bring_in(project_id, imported.row.source_id, CORRECTED + COFFEE, "december.csv")

        assert texts(project_id) == ["Coffee", "Coffee", "Insurance", "Rent November", "Salary"]

    def test_leaves_what_another_file_states_as_well(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """Two files that overlap have one record: it stays while one of them has it."""
        bring_in(project_id, imported.row.source_id, HEADER + SALARY + INSURANCE, "overlap.csv")

        amend(project_id, imported, HEADER + RENT + COFFEE + COFFEE)

        assert texts(project_id) == ["Coffee", "Coffee", "Insurance", "Rent November", "Salary"]

    def test_changes_a_line_by_its_key(self, project_id: ProjectId, source_id: SourceId) -> None:
        """With keys a changed line is the one of the same key, wherever it stands."""
        keyed = "id;Booking date;Amount;Currency;Text\nK1;2026-11-03;-3.00;EUR;A\nK2;2026-11-04;-4.00;EUR;B\n"
        found = bring_in(project_id, source_id, keyed)
        detail = amend(
            project_id,
            found,
            "id;Booking date;Amount;Currency;Text\nK2;2026-11-04;-4.50;EUR;B\nK1;2026-11-03;-3.00;EUR;A\n",
        )

        assert texts(project_id) == ["A", "B"]
        assert record(project_id, "B").money == Decimal("-4.50")
        assert (detail.row.records, detail.row.duplicates, detail.row.rejected) == (1, 1, 0)


class TestDecisions:
    @pytest.fixture
    def ledger(self, project_id: ProjectId, imported: ImportDetail) -> ImportDetail:
        """The other side, which agrees with the first version."""
        assert imported.row.records == 4
        source_id = add_source(project_id, "Ledger", Side.RIGHT)
        lines = RENT.replace("Rent", "Ledger rent") + SALARY.replace("Salary", "Ledger salary")
        return bring_in(project_id, source_id, HEADER + lines, "ledger.csv")

    def test_on_unchanged_records_stand(
        self, project_id: ProjectId, imported: ImportDetail, ledger: ImportDetail
    ) -> None:
        """A match of lines that the corrected file repeats is as it was."""
        group_id = match(project_id, "Salary", "Ledger salary")
        amend(project_id, imported, CORRECTED)

        group = query_bus.ask(GetGroup(project_id=project_id, group_id=group_id))
        assert (group.review, group.version, group.status) == ("", 1, "confirmed")

    def test_on_changed_records_ask_for_review(
        self, project_id: ProjectId, imported: ImportDetail, ledger: ImportDetail
    ) -> None:
        """The match holds the new version of the record, says what it leaves over, and counts as confirmed."""
        group_id = match(project_id, "Rent November", "Ledger rent November")
        amend(project_id, imported, CORRECTED)

        group = query_bus.ask(GetGroup(project_id=project_id, group_id=group_id))
        assert (group.left[0].amount, group.difference) == (Decimal(-860), Decimal(-10))
        assert "corrected.csv changes 1 of its records" in group.review
        assert standing(project_id)["confirmed"] == (1, Decimal(-860))
        assert standing(project_id, Side.RIGHT)["confirmed"] == (1, Decimal(-850))

    def test_on_withdrawn_records_ask_for_review(
        self, project_id: ProjectId, imported: ImportDetail, ledger: ImportDetail
    ) -> None:
        """The record is gone from the match, whose other side is not open by itself."""
        group_id = match(project_id, "Salary", "Ledger salary")
        amend(project_id, imported, HEADER + RENT + COFFEE + COFFEE)

        group = query_bus.ask(GetGroup(project_id=project_id, group_id=group_id))
        assert (group.left, len(group.right)) == ((), 1)
        assert "no longer has 1 of its records" in group.review
        assert "confirmed" not in standing(project_id)
        assert standing(project_id, Side.RIGHT)["confirmed"][0] == 1


class TestReview:
    @pytest.fixture
    def in_review(self, project_id: ProjectId, imported: ImportDetail) -> GroupId:
        """A match of the rent, which a corrected file has made 10.00 more."""
        source_id = add_source(project_id, "Ledger", Side.RIGHT)
        bring_in(project_id, source_id, HEADER + RENT.replace("Rent", "Ledger rent"), "ledger.csv")
        group_id = match(project_id, "Rent November", "Ledger rent November")
        amend(project_id, imported, CORRECTED)
        return group_id

    def test_is_listed(self, project_id: ProjectId, in_review: GroupId) -> None:
        """The matches that ask for another look can be asked for by themselves."""
        listed = query_bus.ask(ListGroups(project_id=project_id, in_review=True)).items

        assert [group.id for group in listed] == [in_review]

    def test_confirms_again_what_nets_to_zero(self, project_id: ProjectId, in_review: GroupId) -> None:
        """With an adjustment for the difference it is confirmed, by whoever looked."""
        fee = AdjustmentLine(kind="fee", amount=Decimal(10), reason="Rent was raised")
        command_bus.dispatch(ReviewMatch(project_id=project_id, group_id=in_review, adjustments=(fee,)))

        group = query_bus.ask(GetGroup(project_id=project_id, group_id=in_review))
        assert (group.review, group.decided_by) == ("", "olga")
        with pytest.raises(NothingToReviewError):
            command_bus.dispatch(ReviewMatch(project_id=project_id, group_id=in_review))

    def test_confirms_nothing_that_leaves_a_difference(self, project_id: ProjectId, in_review: GroupId) -> None:
        """A confirmed match nets to exactly zero, also the second time."""
        with pytest.raises(UnbalancedMatchError):
            command_bus.dispatch(ReviewMatch(project_id=project_id, group_id=in_review))

    def test_may_end_in_unmatching(self, project_id: ProjectId, in_review: GroupId) -> None:
        """What does not belong together any more is unmatched as any other match; both records are open."""
        command_bus.dispatch(Unmatch(project_id=project_id, group_id=in_review, reason="Other rent"))

        assert "confirmed" not in standing(project_id)
        assert standing(project_id)["open"] == standing(project_id)["total"]


class TestRefusals:
    def test_of_the_same_bytes(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A file that the source has corrects nothing."""
        with pytest.raises(SameFileError):
            propose(project_id, imported, MONTH)

    def test_of_what_is_not_committed(self, project_id: ProjectId, source_id: SourceId) -> None:
        """A proposal is changed by its mapping, or discarded."""
        import_id = upload(project_id, source_id, MONTH)
        stored = services.get(Storage).put(io.BytesIO(CORRECTED.encode()))
        command = AmendImport(project_id=project_id, import_id=import_id, file_name="x.csv", sha256=stored.sha256)

        with pytest.raises(ImportNotCommittedError):
            command_bus.dispatch(command)
