from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from cqrs import ConflictError, Context, NotAllowedError, NotFoundError, command_bus
from cqrs.testing import captured_events
from projects.access import Role
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.decisions.balance import AdjustmentLine, UnbalancedMatchError
from reconciliation.decisions.groups import MatchAlreadyConfirmedError, MatchChangedError
from reconciliation.events import MatchConfirmed
from reconciliation.ids import Side
from tests.factories import UserFactory, make_project
from tests.reconciliation.desk import ONE_SHORT, SAME_AMOUNT, Desk

FEE = AdjustmentLine(kind="fee", amount=Decimal("1.00"), reason="Card fee")


class TestConfirmMatch:
    def test_makes_a_suggestion_final(self, desk: Desk) -> None:
        """The group is confirmed, by the person who acted, with the reason and a new version."""
        suggestion = desk.suggest(*SAME_AMOUNT)

        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id, reason="Same payer"))

        [group] = desk.groups()
        assert (group.status, group.decided_by, group.reason) == ("confirmed", "olga", "Same payer")
        assert group.version == suggestion.version + 1
        assert group.decided_at is not None

    def test_publishes_who_decided_what(self, desk: Desk) -> None:
        """The event carries the records, the actor of the session, the time and the reason (I10)."""
        suggestion = desk.suggest(*SAME_AMOUNT)

        with captured_events() as events:
            command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id, reason="Same payer"))

        [event] = [event for event in events if isinstance(event, MatchConfirmed)]
        assert event.left == (suggestion.left[0].record.id,)
        assert event.right == (suggestion.right[0].record.id,)
        assert (event.decided_by_name, event.reason) == ("olga", "Same payer")
        assert event.decided_by is not None

    def test_refuses_one_that_changed_since_it_was_seen(self, desk: Desk) -> None:
        """A version that is not the group's own is a conflict, and nothing is confirmed."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        command = ConfirmMatch(
            project_id=desk.project_id, group_id=suggestion.id, expected_version=suggestion.version + 1
        )

        with pytest.raises(MatchChangedError):
            command_bus.dispatch(command)

        assert desk.groups("confirmed") == ()

    def test_refuses_one_that_is_confirmed_already(self, desk: Desk) -> None:
        """Confirming twice is a conflict."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        command = ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id)
        command_bus.dispatch(command)

        with pytest.raises(MatchAlreadyConfirmedError):
            command_bus.dispatch(command)

    def test_refuses_a_difference_that_nothing_takes_up(self, desk: Desk) -> None:
        """The error names what is left over, and the suggestion stays one (I2)."""
        suggestion = desk.suggest(*ONE_SHORT)

        with pytest.raises(UnbalancedMatchError, match=r"-1\.00 EUR is left over"):
            command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id))

        assert [group.status for group in desk.groups()] == ["suggested"]

    def test_takes_adjustments_that_bring_the_difference_to_zero(self, desk: Desk) -> None:
        """9.00 against 10.00 is confirmed with a typed fee of 1.00."""
        suggestion = desk.suggest(*ONE_SHORT)

        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id, adjustments=(FEE,)))

        [group] = desk.groups("confirmed")
        assert [(line.kind, line.amount, line.reason) for line in group.adjustments] == [
            ("fee", Decimal("1.00"), "Card fee")
        ]
        assert group.difference + sum(line.amount for line in group.adjustments) == 0

    def test_refuses_a_viewer(self, desk: Desk, as_person: Callable[[str], AbstractContextManager[Context]]) -> None:
        """Deciding needs the role of a preparer."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        desk.add_member("vera", Role.VIEWER)

        with as_person("vera"), pytest.raises(NotAllowedError):
            command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id))

    def test_does_not_see_another_project(self, desk: Desk) -> None:
        """A group's id in the wrong project is not found (I14)."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        elsewhere = make_project(UserFactory.create(username="otto"), olga=Role.ADMIN)

        with pytest.raises(NotFoundError):
            command_bus.dispatch(ConfirmMatch(project_id=elsewhere, group_id=suggestion.id))

    def test_refuses_while_a_run_publishes(self, desk: Desk) -> None:
        """A run that writes its results just now has to be waited for."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        desk.force_run_status("publishing")

        with pytest.raises(ConflictError, match="writing its results"):
            command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id))

    def test_leaves_the_sides_open_items_alone(self, desk: Desk) -> None:
        """What is in no group stays open."""
        [lonely] = desk.bring(Side.LEFT, {"amount": 77})
        suggestion = desk.suggest(*SAME_AMOUNT)

        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id))

        assert desk.open_ids(Side.LEFT) == [lonely]
