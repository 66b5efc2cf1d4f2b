import pytest

from cqrs import command_bus
from cqrs.testing import captured_events
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.decisions.groups import MatchAlreadyConfirmedError, MatchNotFoundError
from reconciliation.events import MatchRejected
from reconciliation.ids import Side
from tests.reconciliation.desk import SAME_AMOUNT, Desk


class TestRejectMatch:
    def test_opens_the_records_again(self, desk: Desk) -> None:
        """The group is gone and both records are open items."""
        suggestion = desk.suggest(*SAME_AMOUNT)

        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=suggestion.id))

        assert desk.groups() == ()
        assert desk.open_ids(Side.LEFT) == [suggestion.left[0].record.id]
        assert desk.open_ids(Side.RIGHT) == [suggestion.right[0].record.id]

    def test_is_remembered_by_the_next_run(self, desk: Desk) -> None:
        """A rejected pair is not proposed again."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=suggestion.id))

        desk.run()

        assert desk.groups() == ()

    def test_publishes_who_decided_what(self, desk: Desk) -> None:
        """The event keeps what the rows no longer say (I10)."""
        suggestion = desk.suggest(*SAME_AMOUNT)

        with captured_events() as events:
            command_bus.dispatch(
                RejectMatch(project_id=desk.project_id, group_id=suggestion.id, reason="Other customer")
            )

        [event] = [event for event in events if isinstance(event, MatchRejected)]
        assert (event.decided_by_name, event.reason, event.run_id) == ("olga", "Other customer", suggestion.run_id)
        assert event.left + event.right == (suggestion.left[0].record.id, suggestion.right[0].record.id)

    def test_refuses_a_confirmed_match(self, desk: Desk) -> None:
        """What is final is unmatched, with a reason, not rejected."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id))

        with pytest.raises(MatchAlreadyConfirmedError):
            command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=suggestion.id))

    def test_does_not_find_one_that_is_gone(self, desk: Desk) -> None:
        """Rejecting twice finds nothing the second time."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        command = RejectMatch(project_id=desk.project_id, group_id=suggestion.id)
        command_bus.dispatch(command)

        with pytest.raises(MatchNotFoundError):
            command_bus.dispatch(command)
