import pytest

from cqrs import command_bus, services
from cqrs.testing import drain
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.start_run import RunActiveError
from reconciliation.commands.undo_run import UndoRun
from reconciliation.decisions.groups import MatchNotFoundError
from reconciliation.ids import Side
from reconciliation.models import MatchGroup, MatchLeg
from reconciliation.models.run_claim import RunClaim, RunTakenOverError
from reconciliation.runs.taking_back import hide, survey
from reconciliation.storage import Storage
from tests.reconciliation.desk import SAME_AMOUNT, Desk


class TestTakeRunBack:
    def test_a_worker_that_died_after_hiding_is_followed_by_one_that_sweeps(self, desk: Desk) -> None:
        """In between nobody sees the matches, people decide again, no run starts; afterwards the rows are gone."""
        group = desk.suggest(*SAME_AMOUNT)
        assert group.run_id is not None
        command_bus.dispatch(UndoRun(project_id=desk.project_id, run_id=group.run_id, reason="Wrong rules"))
        claim = RunClaim.take_undoing(group.run_id)
        assert claim is not None

        hide(claim, survey(claim.run, services.get(Storage)))

        assert (desk.groups(), len(desk.open_ids(Side.LEFT)), MatchGroup.objects.count()) == ((), 1, 1)
        with pytest.raises(MatchNotFoundError):
            command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        with pytest.raises(RunActiveError):
            desk.start()
        drain()
        assert desk.run_row(group.run_id).status == "undone"
        assert not MatchLeg.objects.exists()
        assert desk.run().suggested_groups == 1

    def test_a_worker_that_was_given_up_hides_nothing(self, desk: Desk) -> None:
        """Another one has taken the run up: what the first counted is no longer wanted."""
        group = desk.suggest(*SAME_AMOUNT)
        assert group.run_id is not None
        command_bus.dispatch(UndoRun(project_id=desk.project_id, run_id=group.run_id, reason="Wrong rules"))
        first = RunClaim.take_undoing(group.run_id)
        assert first is not None
        RunClaim.take_undoing(group.run_id)

        with pytest.raises(RunTakenOverError):
            hide(first, survey(first.run, services.get(Storage)))

        assert len(desk.groups()) == 1
