import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cqrs import InvalidMessageError, command_bus
from cqrs.testing import captured_events
from reconciliation.commands.confirm_matches import MOST_AT_ONCE, ConfirmMatches
from reconciliation.decisions.balance import UnbalancedMatchError
from reconciliation.events import MatchConfirmed
from reconciliation.ids import GroupId, Side
from tests.reconciliation.desk import LATER, ONE_SHORT, Desk


def suggestions(desk: Desk, count: int) -> tuple[GroupId, ...]:
    """So many pairs, each of its own amount."""
    desk.bring(Side.LEFT, *({"amount": 10_000 * number} for number in range(1, count + 1)))
    desk.bring(Side.RIGHT, *({"amount": 10_000 * number} | LATER for number in range(1, count + 1)))
    desk.publish_rules()
    desk.run()
    return tuple(group.id for group in desk.groups("suggested"))


class TestConfirmMatches:
    def test_confirms_each_and_tells_of_each(self, desk: Desk) -> None:
        """Three suggestions become three confirmed groups and three events."""
        group_ids = suggestions(desk, 3)

        with captured_events() as events:
            count = command_bus.dispatch(ConfirmMatches(project_id=desk.project_id, group_ids=group_ids))

        assert count == 3
        assert {group.id for group in desk.groups("confirmed")} == set(group_ids)
        assert {event.group_id for event in events if isinstance(event, MatchConfirmed)} == set(group_ids)

    def test_confirms_none_when_one_cannot_be(self, desk: Desk) -> None:
        """One that does not balance refuses the rest."""
        desk.bring(Side.LEFT, ONE_SHORT[0])
        desk.bring(Side.RIGHT, ONE_SHORT[1])
        group_ids = suggestions(desk, 2)
        assert len(group_ids) == 3

        with pytest.raises(UnbalancedMatchError):
            command_bus.dispatch(ConfirmMatches(project_id=desk.project_id, group_ids=group_ids))

        assert desk.groups("confirmed") == ()

    def test_says_how_many_it_takes(self, desk: Desk) -> None:
        """More than the limit is refused, not cut short (I13)."""
        too_many = tuple(GroupId(number) for number in range(MOST_AT_ONCE + 1))

        with pytest.raises(InvalidMessageError, match=str(MOST_AT_ONCE)):
            command_bus.dispatch(ConfirmMatches(project_id=desk.project_id, group_ids=too_many))

    def test_takes_the_same_statements_for_one_and_for_many_but_for_the_events(self, desk: Desk) -> None:
        """Each further group costs what its event costs, and nothing else."""
        first, *rest = suggestions(desk, 9)
        with CaptureQueriesContext(connection) as for_one:
            command_bus.dispatch(ConfirmMatches(project_id=desk.project_id, group_ids=(first,)))
        with CaptureQueriesContext(connection) as for_eight:
            command_bus.dispatch(ConfirmMatches(project_id=desk.project_id, group_ids=tuple(rest)))

        an_event = 1 if connection.vendor == "postgresql" else 2
        assert len(for_eight) - len(for_one) == 7 * an_event
