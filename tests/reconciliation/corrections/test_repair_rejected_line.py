from decimal import Decimal

import pytest

from cqrs import InvalidMessageError, command_bus, query_bus
from cqrs.testing import captured_events
from projects.ids import ProjectId
from reconciliation.commands.repair_rejected_line import (
    LineRepairedAlreadyError,
    RejectedLineNotFoundError,
    RepairRejectedLine,
)
from reconciliation.corrections.lines import ImportNotCommittedError
from reconciliation.events import LineRepaired
from reconciliation.ids import ImportId, RecordId, RejectedLineId
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.get_record import GetRecord
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.list_rejected_lines import ListRejectedLines, RejectedLineDetail
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, RENT, add_source, bring_in, look_at, texts, upload

BROKEN = "2026-11-04;4x,00;EUR;T-11;Tea\n"


@pytest.fixture
def imported(project_id: ProjectId) -> ImportDetail:
    """A file of four good lines and one whose amount is no number."""
    return bring_in(project_id, add_source(project_id), MONTH + BROKEN)


def rejected(project_id: ProjectId, import_id: ImportId, *, repaired: bool = False) -> list[RejectedLineDetail]:
    query = ListRejectedLines(project_id=project_id, import_id=import_id, repaired=repaired)
    return list(query_bus.ask(query).items)


def repair(project_id: ProjectId, found: ImportDetail, **cells: str) -> ImportId:
    [line] = rejected(project_id, found.row.id)
    return command_bus.dispatch(
        RepairRejectedLine(project_id=project_id, import_id=found.row.id, rejected_line_id=line.id, cells=cells)
    )


def accounted(found: ImportDetail) -> dict[str, tuple[int, dict[str, Decimal]]]:
    return {row.category: (row.lines, row.amounts) for row in found.accounting if row.lines}


class TestRepair:
    def test_makes_a_record_of_the_line(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """It is read with the import's mapping, stands beside the others and is found by the same queries."""
        with captured_events() as events:
            repair(project_id, imported, Amount="-4.00")

        assert texts(project_id) == ["Coffee", "Coffee", "Rent November", "Salary", "Tea"]
        [event] = [event for event in events if isinstance(event, LineRepaired)]
        assert event.record_id is not None
        detail = query_bus.ask(GetRecord(project_id=project_id, record_id=event.record_id))
        assert (detail.record.amount, detail.record.line, detail.import_id) == (Decimal(-4), 6, imported.row.id)

    def test_moves_the_line_in_the_account(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """From rejected to record, by count and amount; no line is lost or counted twice."""
        before = accounted(imported)
        repair(project_id, imported, Amount="-4.00")

        after = look_at(project_id, imported.row.id)
        assert (before["rejected"][0], after.row.rejected, after.row.records) == (1, 0, 5)
        assert accounted(after)["record"] == (5, {"EUR": Decimal("1540.50")})
        assert sum(row.lines for row in after.accounting) == sum(row.lines for row in imported.accounting)

    def test_keeps_the_standing_true(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The total grows by the record, which is open."""
        repair(project_id, imported, Amount="-4.00")

        [row] = query_bus.ask(GetStanding(project_id=project_id)).rows
        assert (row.open.count, row.total.count, row.total.amount) == (5, 5, Decimal("1540.50"))

    def test_tells_its_history(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """How the line was written, why it was rejected, who repaired it and when."""
        correction_id = repair(project_id, imported, Amount="-4.00")

        [line] = rejected(project_id, imported.row.id, repaired=True)
        assert line.repair is not None
        assert (line.repair.correction_id, line.repair.repaired_by) == (correction_id, "olga")
        record = query_bus.ask(GetRecord(project_id=project_id, record_id=RecordId(line.repair.record_id or 0)))
        assert record.correction is not None
        assert "4x,00" in record.correction.raw
        assert "Amount" in record.correction.because

    def test_lists_it_no_more_as_rejected(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """What is left to repair is what is listed."""
        repair(project_id, imported, Amount="-4.00")

        assert rejected(project_id, imported.row.id) == []


class TestRefusals:
    def test_says_what_is_still_wrong_by_column(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """Every cell that cannot be read is named, not the first only."""
        with pytest.raises(InvalidMessageError) as error:
            repair(project_id, imported, **{"Amount": "?", "Booking date": "soon"})

        assert set(error.value.fields) == {"cells.Amount", "cells.Booking date"}
        assert texts(project_id) == ["Coffee", "Coffee", "Rent November", "Salary"]

    def test_knows_no_other_columns(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A cell that the file does not have is refused with those that it has."""
        with pytest.raises(InvalidMessageError) as error:
            repair(project_id, imported, Betrag="1.00")

        assert "Booking date" in error.value.fields["cells.Betrag"][0]

    def test_repairs_a_line_once(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The second person gets a conflict."""
        [line] = rejected(project_id, imported.row.id)
        command = RepairRejectedLine(
            project_id=project_id,
            import_id=imported.row.id,
            rejected_line_id=line.id,
            cells={"Amount": "-4.00"},
        )
        command_bus.dispatch(command)

        with pytest.raises(LineRepairedAlreadyError):
            command_bus.dispatch(command)

    def test_repairs_no_line_of_a_proposal(self, project_id: ProjectId) -> None:
        """Before the commit one changes the mapping, or the file."""
        import_id = upload(project_id, add_source(project_id), MONTH + BROKEN)
        [line] = rejected(project_id, import_id)
        command = RepairRejectedLine(
            project_id=project_id, import_id=import_id, rejected_line_id=line.id, cells={"Amount": "1"}
        )

        with pytest.raises(ImportNotCommittedError):
            command_bus.dispatch(command)

    def test_knows_the_lines_of_its_import_only(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A line of another import is none of this one."""
        other = bring_in(project_id, add_source(project_id, "Card"), MONTH)
        [line] = rejected(project_id, imported.row.id)
        command = RepairRejectedLine(
            project_id=project_id, import_id=other.row.id, rejected_line_id=RejectedLineId(line.id), cells={}
        )

        with pytest.raises(RejectedLineNotFoundError):
            command_bus.dispatch(command)


class TestIdentity:
    def test_keeps_a_twin_of_a_line_beside_it(self, project_id: ProjectId) -> None:
        """Equal to a record of its own file: the file states it twice, so it is there twice."""
        found = bring_in(project_id, add_source(project_id), HEADER + RENT + COFFEE + COFFEE.replace("-3.00", "?"))

        repair(project_id, found, Amount="-3.00")

        assert texts(project_id) == ["Coffee", "Coffee", "Rent November"]

    def test_adds_nothing_that_an_overlapping_file_has(self, project_id: ProjectId) -> None:
        """The same line of another file is that record: the repaired line is accounted for as a duplicate."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, HEADER + RENT + COFFEE)
        found = bring_in(project_id, source_id, HEADER + RENT + COFFEE.replace("-3.00", "?"))

        repair(project_id, found, Amount="-3.00")

        after = look_at(project_id, found.row.id)
        assert texts(project_id) == ["Coffee", "Rent November"]
        assert accounted(after)["duplicate"] == (2, {"EUR": Decimal("-853.00")})
        assert (after.row.records, after.row.duplicates, after.row.rejected) == (0, 2, 0)

    def test_is_known_to_the_next_file(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A later file with the line as it should have been adds no second record."""
        repair(project_id, imported, Amount="-4.00")

        bring_in(project_id, imported.row.source_id, MONTH + BROKEN.replace("4x,00", "-4.00"))

        assert texts(project_id) == ["Coffee", "Coffee", "Rent November", "Salary", "Tea"]
