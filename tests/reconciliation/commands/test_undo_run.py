from typing import Any

import pytest

from cqrs import InvalidMessageError, command_bus
from cqrs.testing import captured_events, drain
from reconciliation.commands.cancel_run import CancelRun, RunOverError
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.take_back_confirmation import SuggestionTakenBackError, TakeBackConfirmation
from reconciliation.commands.undo_run import RunInTheWayError, RunNotCompletedError, RunToUndoNotFoundError, UndoRun
from reconciliation.decisions.locks import RunPublishingError
from reconciliation.events import RunUndone
from reconciliation.ids import RunId, Side
from reconciliation.models import Adjustment, MatchGroup, MatchLeg, NeverPair
from reconciliation.queries.run_rows import RunRow
from tests.reconciliation.desk import LATER, ONE_SHORT, Desk

INVOICE: dict[str, Any] = {"amount": 1000, "reference": "INV-1"}
FREE: dict[str, Any] = {"amount": 500}


def run_over_both(desk: Desk) -> RunRow:
    """One pair that the machine confirms, and one that it suggests."""
    desk.bring(Side.LEFT, INVOICE, FREE)
    desk.bring(Side.RIGHT, INVOICE, FREE | LATER)
    desk.publish_rules()
    return desk.run()


def undo(desk: Desk, run_id: RunId, reason: str = "The wrong rules") -> RunRow:
    command_bus.dispatch(UndoRun(project_id=desk.project_id, run_id=run_id, reason=reason))
    drain()
    return desk.run_row(run_id)


class TestUndoRun:
    def test_opens_all_that_nobody_decided_on(self, desk: Desk) -> None:
        """Confirmed and suggested alike; the standing is that from before, and no row is left."""
        desk.bring(Side.LEFT, INVOICE, FREE)
        desk.bring(Side.RIGHT, INVOICE, FREE | LATER)
        desk.publish_rules()
        before, ages = desk.standing(), [item.record.age_days for item in desk.open_items(Side.RIGHT)]
        run = desk.run()

        undone = undo(desk, run.id)

        assert (undone.status, undone.taken_back_groups, undone.standing_groups) == ("undone", 2, 0)
        assert desk.standing() == before
        assert [item.record.age_days for item in desk.open_items(Side.RIGHT)] == ages
        assert not MatchGroup.objects.exists()
        assert not MatchLeg.objects.exists()

    def test_what_people_decided_on_stands(self, desk: Desk) -> None:
        """A confirmed suggestion of the run and a match by hand stay as they are, adjustments included."""
        suggestion = desk.suggest(*ONE_SHORT)
        left, right = desk.bring(Side.LEFT, {"amount": 7}), desk.bring(Side.RIGHT, {"amount": 7})
        by_hand = desk.match(left, right)
        desk.bring(Side.LEFT, INVOICE)
        desk.bring(Side.RIGHT, INVOICE)
        run = desk.run()
        [suggestion] = desk.groups("suggested")
        command = ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id, adjustments=(desk.fee("1.00"),))
        command_bus.dispatch(command)

        undone = undo(desk, run.id)

        assert (undone.taken_back_groups, undone.standing_groups) == (1, 1)
        assert {group.id for group in desk.groups()} == {suggestion.id, by_hand}
        assert Adjustment.objects.filter(group_id=suggestion.id).count() == 1

    def test_refuses_no_pair(self, desk: Desk) -> None:
        """The machine was told that the run was wrong, not that the records do not belong together."""
        run = run_over_both(desk)

        undo(desk, run.id)

        assert not NeverPair.objects.exists()
        assert desk.run().confirmed_groups == 1

    def test_tells_who_and_why(self, desk: Desk) -> None:
        """The event and the run's row keep it."""
        run = run_over_both(desk)

        with captured_events() as events:
            undone = undo(desk, run.id, "Signs were turned")

        [event] = [event for event in events if isinstance(event, RunUndone)]
        assert (event.undone_by, event.reason, event.taken_back_groups) == ("olga", "Signs were turned", 2)
        assert (undone.undone_by, undone.undone_because) == ("olga", "Signs were turned")

    def test_nobody_decides_until_it_is_hidden(self, desk: Desk) -> None:
        """Between the wish and the worker a decision is refused, and so are a cancellation and another run."""
        run = run_over_both(desk)
        [group] = desk.groups("suggested")
        command_bus.dispatch(UndoRun(project_id=desk.project_id, run_id=run.id, reason="No"))

        with pytest.raises(RunPublishingError):
            command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        with pytest.raises(RunOverError):
            command_bus.dispatch(CancelRun(project_id=desk.project_id, run_id=run.id))

    def test_is_done_once(self, desk: Desk) -> None:
        """A second wish is refused and changes nothing."""
        run = run_over_both(desk)
        undo(desk, run.id)

        with pytest.raises(RunNotCompletedError):
            undo(desk, run.id)

    def test_waits_for_a_run_under_way(self, desk: Desk) -> None:
        """A run that computes has read what is matched: nothing is taken from under it."""
        run = run_over_both(desk)
        desk.start()

        with pytest.raises(RunInTheWayError):
            command_bus.dispatch(UndoRun(project_id=desk.project_id, run_id=run.id, reason="No"))

        assert desk.run_row(run.id).status == "completed"

    def test_a_confirmation_that_stands_is_not_taken_back(self, desk: Desk) -> None:
        """There is no run any more whose suggestion it could be again."""
        run = run_over_both(desk)
        [group] = desk.groups("suggested")
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
        undo(desk, run.id)

        with pytest.raises(SuggestionTakenBackError):
            command_bus.dispatch(TakeBackConfirmation(project_id=desk.project_id, group_id=group.id))

    def test_asks_for_a_reason(self, desk: Desk) -> None:
        """Nothing is undone without saying why."""
        run = run_over_both(desk)

        with pytest.raises(InvalidMessageError, match="Say why"):
            undo(desk, run.id, " ")

    def test_finds_no_run_of_nobody(self, desk: Desk) -> None:
        """Also one of another project."""
        with pytest.raises(RunToUndoNotFoundError):
            undo(desk, RunId(404))
