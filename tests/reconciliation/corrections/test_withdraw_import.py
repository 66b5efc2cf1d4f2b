from decimal import Decimal

import pytest

from cqrs import InvalidMessageError, command_bus
from projects.ids import ProjectId
from reconciliation.commands.reinstate_import import ImportedAgainError, NotWithdrawnError, ReinstateImport
from reconciliation.commands.withdraw_import import ImportNotThereError, WithdrawImport
from reconciliation.corrections.releasing import DecisionsHoldRecordsError
from reconciliation.corrections.resting import AmendedSinceError, CameBackMeanwhileError, OthersRestOnItError
from reconciliation.ids import ImportId, Side
from reconciliation.queries.get_import import ImportDetail
from tests.reconciliation.corrections.test_amend_import import CORRECTED, amend, match, standing
from tests.reconciliation.corrections.test_repair_rejected_line import BROKEN, accounted, rejected, repair
from tests.reconciliation.desk import BY_REFERENCE, Desk
from tests.reconciliation.importing import HEADER, MONTH, RENT, SALARY, add_source, bring_in, look_at, texts


def withdraw(project_id: ProjectId, import_id: ImportId, reason: str = "Wrong account") -> None:
    command_bus.dispatch(WithdrawImport(project_id=project_id, import_id=import_id, reason=reason))


def reinstate(project_id: ProjectId, import_id: ImportId) -> None:
    command_bus.dispatch(ReinstateImport(project_id=project_id, import_id=import_id, reason="It was right"))


@pytest.fixture
def imported(project_id: ProjectId) -> ImportDetail:
    """Rent, two coffees and a salary."""
    return bring_in(project_id, add_source(project_id), MONTH)


class TestWithdrawal:
    def test_takes_all_records_away(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """None is seen or counted; who withdrew it, when and why is kept."""
        withdraw(project_id, imported.row.id)

        found = look_at(project_id, imported.row.id)
        assert texts(project_id) == []
        assert standing(project_id) == {}
        assert (found.row.status, found.withdrawn_by, found.withdrawal_reason) == ("withdrawn", "olga", "Wrong account")

    def test_is_undone_by_reinstating(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The records are there again, as they were."""
        before = standing(project_id)
        withdraw(project_id, imported.row.id)
        reinstate(project_id, imported.row.id)

        assert texts(project_id) == ["Coffee", "Coffee", "Rent November", "Salary"]
        assert standing(project_id) == before

    def test_of_an_amendment_brings_back_what_it_replaced(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """And reinstated, it takes its place again."""
        before = standing(project_id)
        amendment = amend(project_id, imported, CORRECTED)
        after = standing(project_id)

        withdraw(project_id, amendment.row.id)
        assert (texts(project_id), standing(project_id)) == (["Coffee", "Coffee", "Rent November", "Salary"], before)
        reinstate(project_id, amendment.row.id)
        assert (texts(project_id), standing(project_id)) == (["Coffee", "Insurance", "Rent November", "Salary"], after)

    def test_undoes_a_repair(self, project_id: ProjectId) -> None:
        """The line is rejected again, in the list and in the account, and may be repaired anew."""
        found = bring_in(project_id, add_source(project_id), MONTH + BROKEN)
        correction_id = repair(project_id, found, Amount="-4.00")
        withdraw(project_id, correction_id)

        after = look_at(project_id, found.row.id)
        assert (texts(project_id), len(rejected(project_id, found.row.id))) == (
            ["Coffee", "Coffee", "Rent November", "Salary"],
            1,
        )
        assert accounted(after) == accounted(found)
        assert standing(project_id)["total"] == (4, Decimal("1544.50"))

    def test_takes_its_repairs_along(self, project_id: ProjectId) -> None:
        """And brings them back."""
        found = bring_in(project_id, add_source(project_id), MONTH + BROKEN)
        repair(project_id, found, Amount="-4.00")
        withdraw(project_id, found.row.id)
        assert standing(project_id) == {}

        reinstate(project_id, found.row.id)
        assert standing(project_id)["total"] == (5, Decimal("1540.50"))

    def test_undoes_the_matches_of_the_machine(self, desk: Desk) -> None:
        """The other side's records are open again, and a run after reinstating finds the same match."""
        add_source(desk.project_id, "Ledger", Side.RIGHT)
        found = bring_in(desk.project_id, add_source(desk.project_id, "Bank file"), HEADER + RENT)
        bring_in(desk.project_id, desk.sources[Side.RIGHT], HEADER + RENT)
        desk.publish_rules(BY_REFERENCE)
        desk.run()
        assert len(desk.groups("confirmed")) == 1

        withdraw(desk.project_id, found.row.id)
        assert desk.groups() == ()
        assert standing(desk.project_id, Side.RIGHT) == {"open": (1, Decimal(-850)), "total": (1, Decimal(-850))}
        reinstate(desk.project_id, found.row.id)
        desk.run()
        assert len(desk.groups("confirmed")) == 1


class TestRefusals:
    def test_while_people_have_matched_its_records(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """What a person decided is not undone in passing."""
        bring_in(project_id, add_source(project_id, "Ledger", Side.RIGHT), HEADER + SALARY.replace("Sal", "Paid sal"))
        match(project_id, "Salary", "Paid salary")

        with pytest.raises(DecisionsHoldRecordsError):
            withdraw(project_id, imported.row.id)
        assert look_at(project_id, imported.row.id).row.status == "committed"

    def test_while_another_file_repeats_its_lines(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """Those lines are true by the other file, and would be lost."""
        bring_in(project_id, imported.row.source_id, HEADER + SALARY + BROKEN.replace("4x,00", "4.00"), "next.csv")

        with pytest.raises(OthersRestOnItError, match=r"next.csv repeats 1 of its lines"):
            withdraw(project_id, imported.row.id)

    def test_of_what_a_corrected_file_replaced(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The newest first."""
        amend(project_id, imported, CORRECTED)

        with pytest.raises(AmendedSinceError):
            withdraw(project_id, imported.row.id)

    def test_twice(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """What is withdrawn is not there to be withdrawn, and what is there not to be reinstated."""
        with pytest.raises(NotWithdrawnError):
            reinstate(project_id, imported.row.id)
        withdraw(project_id, imported.row.id)

        with pytest.raises(ImportNotThereError):
            withdraw(project_id, imported.row.id)

    def test_without_a_reason(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """It is asked for."""
        with pytest.raises(InvalidMessageError):
            withdraw(project_id, imported.row.id, reason=" ")

    def test_to_reinstate_what_came_again(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The same bytes, or some of the lines in another file: they would be there twice."""
        withdraw(project_id, imported.row.id)
        again = bring_in(project_id, imported.row.source_id, MONTH)
        with pytest.raises(ImportedAgainError):
            reinstate(project_id, imported.row.id)

        withdraw(project_id, again.row.id)
        bring_in(project_id, imported.row.source_id, HEADER + RENT, "other.csv")
        with pytest.raises(CameBackMeanwhileError, match=r"other.csv has 1 of its lines"):
            reinstate(project_id, imported.row.id)
        assert texts(project_id) == ["Rent November"]
