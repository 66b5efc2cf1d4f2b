from datetime import date
from decimal import Decimal

import pytest

from cqrs import InvalidMessageError, command_bus, query_bus
from cqrs.testing import drain
from projects.ids import ProjectId
from reconciliation.commands.enter_opening_items import EnterOpeningItems, NoCutOverError, OpeningItem
from reconciliation.commands.set_cut_over import SetCutOver, SourceHasFilesError
from reconciliation.ids import ImportId, SourceId
from reconciliation.queries.diff_amendment import DiffAmendment
from reconciliation.queries.list_statements import ListStatements, Statements
from tests.reconciliation.corrections.test_amend_import import amend, propose, standing
from tests.reconciliation.corrections.test_repair_rejected_line import BROKEN, accounted, repair
from tests.reconciliation.importing import HEADER, MONTH, add_source, bring_in, look_at, texts

DAY = date(2026, 11, 15)
UNPAID = OpeningItem(booking_date=date(2026, 10, 30), amount=Decimal("-120.00"), currency="EUR", text="Unpaid rent")
TEN, TWENTY = "2026-11-16;10.00;EUR;;Ten\n", "2026-11-20;20.00;EUR;;Twenty\n"


@pytest.fixture
def source_id(project_id: ProjectId) -> SourceId:
    """A source that begins in the middle of November with 1000.00."""
    source_id = add_source(project_id)
    balances = {"EUR": Decimal("1000.00")}
    command_bus.dispatch(
        SetCutOver(project_id=project_id, source_id=source_id, cut_over_date=DAY, opening_balances=balances)
    )
    return source_id


def enter(project_id: ProjectId, source_id: SourceId, *items: OpeningItem) -> ImportId:
    return command_bus.dispatch(EnterOpeningItems(project_id=project_id, source_id=source_id, items=items))


def statement(opening: str, lines: str, closing: str) -> str:
    return f"Opening balance;{opening}\n\n{HEADER}{lines}Closing balance;{closing};EUR;;\n"


def statements(project_id: ProjectId, source_id: SourceId) -> Statements:
    return query_bus.ask(ListStatements(project_id=project_id, source_id=source_id))


class TestCutOver:
    def test_imports_nothing_that_was_before(self, project_id: ProjectId, source_id: SourceId) -> None:
        """Lines before the day are accounted for by count and amount, and nobody has to tick them off."""
        found = bring_in(project_id, source_id, MONTH)

        assert texts(project_id) == ["Salary"]
        assert accounted(found)["before"] == (3, {"EUR": Decimal("-856.00")})
        assert accounted(found)["record"] == (1, {"EUR": Decimal("2400.50")})
        assert standing(project_id)["total"] == (1, Decimal("2400.50"))

    def test_brings_in_what_was_open(self, project_id: ProjectId, source_id: SourceId) -> None:
        """Opening items are records like others, with their own dates."""
        import_id = enter(project_id, source_id, UNPAID)
        drain()

        found = look_at(project_id, import_id)
        assert (found.row.status, found.row.kind, found.row.error) == ("committed", "opening", "")
        assert texts(project_id) == ["Unpaid rent"]
        assert standing(project_id)["open"] == (1, Decimal("-120.00"))

    def test_has_no_open_item_of_later(self, project_id: ProjectId, source_id: SourceId) -> None:
        """What is dated on the day or later comes with a file."""
        late = OpeningItem(booking_date=DAY, amount=Decimal(1), currency="EUR")

        with pytest.raises(InvalidMessageError) as error:
            enter(project_id, source_id, UNPAID, late)
        assert list(error.value.fields) == ["items[1].booking_date"]

    def test_comes_before_opening_items(self, project_id: ProjectId) -> None:
        """Without a day nothing was open at it."""
        with pytest.raises(NoCutOverError):
            enter(project_id, add_source(project_id), UNPAID)

    def test_is_not_moved_under_what_is_imported(self, project_id: ProjectId, source_id: SourceId) -> None:
        """What of a file was imported depends on it."""
        bring_in(project_id, source_id, MONTH)

        with pytest.raises(SourceHasFilesError):
            command_bus.dispatch(SetCutOver(project_id=project_id, source_id=source_id, cut_over_date=None))

    def test_holds_for_corrections(self, project_id: ProjectId, source_id: SourceId) -> None:
        """A corrected file changes nothing before the day, and no rejected line of before is made a record."""
        found = bring_in(project_id, source_id, MONTH + BROKEN)
        proposed = propose(project_id, found, MONTH + BROKEN.replace("4x,00", "-4.00"))

        changes = query_bus.ask(DiffAmendment(project_id=project_id, import_id=proposed))
        assert [(total.kind, total.lines) for total in changes.totals] == [("unchanged", 1)]
        with pytest.raises(InvalidMessageError, match="before the source's cut-over"):
            repair(project_id, found, Amount="-4.00")


class TestContinuity:
    def test_follows_the_cut_over_and_one_another(self, project_id: ProjectId, source_id: SourceId) -> None:
        """Each opening balance is the closing one before it, whatever the order in which the files came."""
        bring_in(project_id, source_id, statement("1010.00", TWENTY, "1030.00"), "second.csv")
        bring_in(project_id, source_id, statement("1000.00", TEN, "1010.00"), "first.csv")

        found = statements(project_id, source_id)
        assert [(row.file_name, row.gap, row.follows) for row in found.rows] == [
            ("first.csv", Decimal(0), "the cut-over"),
            ("second.csv", Decimal(0), "first.csv"),
        ]
        assert (found.gaps, found.differences) == (0, 0)

    def test_shows_a_gap_with_its_amount(self, project_id: ProjectId, source_id: SourceId) -> None:
        """A statement is missing between the two."""
        bring_in(project_id, source_id, statement("1000.00", TEN, "1010.00"), "first.csv")
        bring_in(project_id, source_id, statement("1015.00", TWENTY, "1035.00"), "third.csv")

        found = statements(project_id, source_id)
        assert (found.gaps, found.rows[1].gap) == (1, Decimal(5))

    def test_shows_what_does_not_add_up(self, project_id: ProjectId, source_id: SourceId) -> None:
        """Opening + movements is not closing."""
        bring_in(project_id, source_id, statement("1000.00", TEN, "1011.00"))

        [row] = statements(project_id, source_id).rows
        assert (row.difference, row.gap) == (Decimal(-1), Decimal(0))

    def test_takes_the_corrected_file_for_the_first_one(self, project_id: ProjectId, source_id: SourceId) -> None:
        """The gap is gone once the file is corrected."""
        wrong = bring_in(project_id, source_id, statement("990.00", TEN, "1000.00"), "first.csv")
        assert statements(project_id, source_id).gaps == 1

        amend(project_id, wrong, statement("1000.00", TEN, "1010.00"))
        assert [row.gap for row in statements(project_id, source_id).rows] == [Decimal(0)]
