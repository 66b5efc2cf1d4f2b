from datetime import date
from decimal import Decimal

import pytest

from cqrs import command_bus, query_bus
from cqrs.testing import drain
from projects.ids import ProjectId
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.decide_duplicate import DecideDuplicate
from reconciliation.commands.reinstate_import import CutOverMovedError
from reconciliation.commands.review_match import ReviewMatch
from reconciliation.commands.set_cut_over import SetCutOver
from reconciliation.commands.take_back_confirmation import ChangedSinceError, TakeBackConfirmation
from reconciliation.commands.undo_run import UndoRun
from reconciliation.commands.unmatch import Unmatch
from reconciliation.corrections.resting import AmendedSinceError, CameBackMeanwhileError, FamilyChangedError
from reconciliation.ids import Side
from reconciliation.models import Record
from reconciliation.queries.diff_amendment import DiffAmendment
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.get_standing import GetStanding
from tests.reconciliation.corrections.test_amend_import import amend, propose, standing
from tests.reconciliation.corrections.test_repair_rejected_line import BROKEN, repair
from tests.reconciliation.corrections.test_withdraw_import import reinstate, withdraw
from tests.reconciliation.decisions.test_parts import ALLOCATE
from tests.reconciliation.desk import BY_REFERENCE, Desk
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

DEARER, DEAREST = MONTH.replace("850", "860"), MONTH.replace("850", "870")
ONE_COFFEE = HEADER + RENT + COFFEE + SALARY


@pytest.fixture
def imported(project_id: ProjectId) -> ImportDetail:
    """Rent, two coffees and a salary."""
    return bring_in(project_id, add_source(project_id), MONTH)


def count(project_id: ProjectId, text: str) -> int:
    """How many records say so, once the totals are found to be those of all records (I3)."""
    amounts = [record.money or Decimal(0) for record in Record.objects.published(project_id)]
    rows = query_bus.ask(GetStanding(project_id=project_id)).rows
    shown = (sum(row.total.count for row in rows), sum(row.total.amount for row in rows))
    assert shown == (len(amounts), sum(amounts))
    return texts(project_id).count(text)


class TestAmendments:
    def test_are_withdrawn_from_the_last_one_committed(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """Whichever was proposed first, the one that the other was compared with does not go before it."""
        last, first = (propose(project_id, imported, text, "new.csv") for text in (DEAREST, DEARER))
        commit(project_id, first)
        commit(project_id, last)

        with pytest.raises(AmendedSinceError):
            withdraw(project_id, first)
        withdraw(project_id, last)
        assert count(project_id, "Rent November") == 1

    def test_come_back_in_the_order_they_were_made(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """The second one retires records of the first one: without that one there would be two rents."""
        first, second = (amend(project_id, imported, text) for text in (DEARER, DEAREST))
        withdraw(project_id, second.row.id)
        withdraw(project_id, first.row.id)

        with pytest.raises(FamilyChangedError):
            reinstate(project_id, second.row.id)
        reinstate(project_id, first.row.id)
        reinstate(project_id, second.row.id)
        assert count(project_id, "Rent November") == 1

    def test_do_not_retire_a_record_twice(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """Two corrections of the same version of a file are not in force together."""
        first = amend(project_id, imported, DEARER)
        withdraw(project_id, first.row.id)
        second = amend(project_id, imported, DEAREST)
        withdraw(project_id, second.row.id)
        reinstate(project_id, first.row.id)

        with pytest.raises(FamilyChangedError):
            reinstate(project_id, second.row.id)
        assert count(project_id, "Rent November") == 1

    def test_do_not_come_back_beside_a_later_repair(self, project_id: ProjectId) -> None:
        """The line that the amendment had right was repaired otherwise meanwhile."""
        found = bring_in(project_id, add_source(project_id), MONTH + BROKEN)
        amendment = amend(project_id, found, MONTH + BROKEN.replace("4x,00", "-4.00"))
        withdraw(project_id, amendment.row.id)
        repair(project_id, found, Amount="-5.00")

        with pytest.raises(FamilyChangedError):
            reinstate(project_id, amendment.row.id)
        assert count(project_id, "Tea") == 1

    def test_replace_the_lines_repaired_in_the_one_before(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A line that was repaired in a corrected file belongs to what the next one corrects."""
        first = amend(project_id, imported, MONTH + BROKEN)
        repair(project_id, first, Amount="-4.00")
        amend(project_id, imported, MONTH + BROKEN.replace("4x,00", "-5.00"), "again.csv")

        assert count(project_id, "Tea") == 1

    def test_stay_while_what_they_took_out_has_come_again(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A later file brought the coffee that the correction had withdrawn: it would be there twice."""
        amendment = amend(project_id, imported, ONE_COFFEE)
        bring_in(project_id, imported.row.source_id, HEADER + RENT + COFFEE + COFFEE, "december.csv")

        with pytest.raises(CameBackMeanwhileError, match=r"december.csv has 1 of its lines"):
            withdraw(project_id, amendment.row.id)
        assert count(project_id, "Coffee") == 2

    def test_correct_a_file_of_which_nothing_was_imported(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """All its lines were duplicates: the corrected file adds what is new, and its diff can be looked at."""
        again = bring_in(project_id, imported.row.source_id, HEADER + SALARY, "again.csv")
        import_id = propose(project_id, again, HEADER + SALARY + RENT.replace("R-11", "R-12"), "corrected.csv")

        shown = query_bus.ask(DiffAmendment(project_id=project_id, import_id=import_id))
        assert [row.kind for row in shown.lines] == ["added", "added"]
        assert commit(project_id, import_id).row.status == "committed"
        assert (count(project_id, "Rent November"), count(project_id, "Salary")) == (2, 1)


class TestLines:
    def test_of_a_replaced_file_are_not_repaired(self, project_id: ProjectId) -> None:
        """The corrected file has the line already, or has it rejected itself: it is repaired there."""
        found = bring_in(project_id, add_source(project_id), MONTH + BROKEN)
        amend(project_id, found, MONTH + BROKEN.replace("4x,00", "-4.00"))

        with pytest.raises(AmendedSinceError):
            repair(project_id, found, Amount="-4.00")
        assert count(project_id, "Tea") == 1

    def test_of_a_replaced_file_are_not_kept(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """What the corrected file says of a duplicate is decided there."""
        found = bring_in(project_id, imported.row.source_id, HEADER + COFFEE + BROKEN.replace("4x,00", "4.00"), "b.csv")
        amend(project_id, found, HEADER + COFFEE)
        command = DecideDuplicate(project_id=project_id, import_id=found.row.id, place=0, choice="keep", reason="Two")

        with pytest.raises(AmendedSinceError):
            command_bus.dispatch(command)


class TestCutOver:
    def test_keeps_out_what_was_imported_without_it(self, project_id: ProjectId, imported: ImportDetail) -> None:
        """A withdrawn file does not bring back lines from before the day on which its source begins by now."""
        withdraw(project_id, imported.row.id)
        command_bus.dispatch(
            SetCutOver(project_id=project_id, source_id=imported.row.source_id, cut_over_date=date(2026, 11, 15))
        )

        with pytest.raises(CutOverMovedError):
            reinstate(project_id, imported.row.id)
        bring_in(project_id, imported.row.source_id, MONTH)
        assert texts(project_id) == ["Salary"]

    def test_lets_a_file_come_back_that_was_imported_with_it(self, project_id: ProjectId) -> None:
        """The same day, the same records."""
        source_id = add_source(project_id)
        command_bus.dispatch(SetCutOver(project_id=project_id, source_id=source_id, cut_over_date=date(2026, 11, 15)))
        import_id = upload(project_id, source_id, MONTH)
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        drain()
        withdraw(project_id, import_id)
        reinstate(project_id, import_id)

        assert count(project_id, "Salary") == 1


class TestDecisions:
    @pytest.fixture
    def found(self, desk: Desk) -> ImportDetail:
        """A rent and a salary; the rent is in the ledger as well, six days later."""
        source_id = add_source(desk.project_id, "Bank file")
        bring_in(desk.project_id, desk.sources[Side.RIGHT], HEADER + RENT.replace("-01;", "-07;"))
        found = bring_in(desk.project_id, source_id, HEADER + RENT + SALARY)
        desk.publish_rules(BY_REFERENCE)
        desk.run()
        return found

    def test_are_not_taken_back_once_a_corrected_file_changed_them(self, desk: Desk, found: ImportDetail) -> None:
        """Half a match is no suggestion: it is reviewed or unmatched."""
        [group] = desk.groups("suggested")
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        amend(desk.project_id, found, HEADER + SALARY)

        with pytest.raises(ChangedSinceError):
            command_bus.dispatch(TakeBackConfirmation(project_id=desk.project_id, group_id=group.id))

    def test_net_as_any_match_once_one_side_is_gone(self, desk: Desk, found: ImportDetail) -> None:
        """What is left of the match is one-sided, and nets to the plain sum (I2)."""
        [group] = desk.groups("suggested")
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        amend(desk.project_id, found, HEADER + SALARY)

        [half] = desk.groups("confirmed")
        assert (half.left, [leg.amount for leg in half.right]) == ((), [Decimal(-850)])
        assert half.difference == Decimal(-850)

    def test_on_a_review_stand_when_the_run_is_taken_back(self, desk: Desk) -> None:
        """The machine confirmed the match, a person reviewed it: its records do not go with the run (I11)."""
        project_id = desk.project_id
        found = bring_in(project_id, add_source(project_id, "Bank file"), HEADER + RENT)
        bring_in(project_id, desk.sources[Side.RIGHT], HEADER + RENT)
        desk.publish_rules(BY_REFERENCE)
        run = desk.run()
        amend(project_id, found, HEADER + RENT.replace("Rent November", "Rent"))
        [group] = desk.groups("confirmed")
        command_bus.dispatch(ReviewMatch(project_id=project_id, group_id=group.id))
        command_bus.dispatch(UndoRun(project_id=project_id, run_id=run.id, reason="Wrong rules"))
        drain()

        [stands] = desk.groups("confirmed")
        assert (len(stands.left), len(stands.right)) == (1, 1)
        assert [row.confirmed.count for row in desk.standing().rows] == [1, 1]

    def test_on_parts_of_a_record_leave_true_totals_when_it_goes(self, desk: Desk) -> None:
        """Two matches pay a half of one invoice each; a payment goes, then the invoice: one match ends, one is left."""
        project_id = desk.project_id
        invoice, other = RENT.replace("-850", "1000"), SALARY
        found = bring_in(project_id, desk.sources[Side.RIGHT], HEADER + invoice + other)
        desk.publish_rules({"passes": [ALLOCATE]})
        half = RENT.replace("-850", "500")
        paid = bring_in(project_id, desk.sources[Side.LEFT], HEADER + half + COFFEE)
        desk.run()
        bring_in(project_id, desk.sources[Side.LEFT], HEADER + half.replace("-01;", "-02;"), "second.csv")
        desk.run()
        assert len(desk.groups("confirmed")) == 2

        amend(project_id, paid, HEADER + COFFEE)
        amend(project_id, found, HEADER + other)

        assert [len(group.left) for group in desk.groups("confirmed")] == [1]
        assert standing(project_id)["confirmed"] == (1, Decimal(500))
        assert standing(project_id, Side.RIGHT) == {"open": (1, Decimal("2400.50")), "total": (1, Decimal("2400.50"))}

    def test_against_a_match_hold_for_the_new_version_of_its_records(self, desk: Desk, found: ImportDetail) -> None:
        """What was unmatched is not proposed again because a corrected file changed a word of it."""
        [group] = desk.groups("suggested")
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group.id, reason="Another flat"))
        amend(desk.project_id, found, HEADER + RENT.replace("Rent November", "Rent") + SALARY)
        desk.run()

        assert desk.groups() == ()
