from typing import Any

import pytest

from cqrs import InvalidMessageError, command_bus
from cqrs.testing import captured_events
from reconciliation.commands.unmatch import Unmatch
from reconciliation.decisions.groups import MatchNotConfirmedError
from reconciliation.events import MatchUndone
from reconciliation.ids import Side
from reconciliation.models import Adjustment, NeverPair, RefusedGroup
from tests.reconciliation.desk import BY_REFERENCE, SAME_AMOUNT, Desk

PAYOUT: dict[str, Any] = {"amount": 3000, "reference": "P-1"}
PAYOUTS = {
    "name": "Payouts",
    "passes": [
        {
            "name": "By payout",
            "cardinality": "1:n",
            "group_by": {"left": ["reference"], "right": ["reference"]},
            "rules": [{"type": "SameAmount"}],
        }
    ],
}


class TestUnmatch:
    def test_opens_every_record_with_its_age(self, desk: Desk) -> None:
        """The whole group comes undone, the ages are those from before."""
        left = desk.bring(Side.LEFT, {"amount": 3000})
        right = desk.bring(Side.RIGHT, {"amount": 1000}, {"amount": 2000})
        ages = [item.record.age_days for item in desk.open_items(Side.RIGHT)]
        group_id = desk.match(left, right)

        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="Wrong invoice"))

        assert desk.groups() == ()
        assert desk.open_ids(Side.LEFT) == left
        assert [item.record.age_days for item in desk.open_items(Side.RIGHT)] == ages

    def test_undoes_what_a_run_confirmed(self, desk: Desk) -> None:
        """The machine's group comes undone as well, and the next run does not make it again."""
        same = {"amount": 1000, "reference": "INV-1"}
        desk.bring(Side.LEFT, same)
        desk.bring(Side.RIGHT, same)
        desk.publish_rules()
        desk.run()
        [group] = desk.groups("confirmed")

        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group.id, reason="Two customers"))
        desk.run()

        assert desk.groups() == ()

    def test_remembers_the_pair(self, desk: Desk) -> None:
        """With who said so and why."""
        left, right = desk.bring(Side.LEFT, {"amount": 3000}), desk.bring(Side.RIGHT, {"amount": 3000})
        group_id = desk.match(left, right)

        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="Wrong invoice"))

        [pair] = NeverPair.objects.filter(project_id=desk.project_id)
        assert ([pair.left_record_id], [pair.right_record_id], pair.kind) == (left, right, "unmatched")
        assert (pair.decided_by_name, pair.reason) == ("olga", "Wrong invoice")

    def test_of_a_larger_group_remembers_exactly_that(self, desk: Desk) -> None:
        """The same three are not found again; two of them are, for nobody said that they do not belong together."""
        desk.bring(Side.LEFT, PAYOUT)
        desk.bring(Side.RIGHT, PAYOUT | {"amount": 1000}, PAYOUT | {"amount": 2000})
        desk.publish_rules(PAYOUTS)
        desk.run()
        [group] = desk.groups("confirmed")

        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group.id, reason="Another batch"))
        again = desk.run()
        [late] = desk.bring(Side.LEFT, PAYOUT | {"amount": 1000})
        desk.publish_rules(BY_REFERENCE)
        desk.run()

        assert (again.confirmed_groups, again.suggested_groups) == (0, 0)
        assert not NeverPair.objects.exists()
        [found] = desk.groups("confirmed")
        assert [leg.record.id for leg in found.left] == [late]

    def test_by_hand_the_refused_may_be_put_together_again(self, desk: Desk) -> None:
        """A person who does so says more than the one who refused it: it is forgotten."""
        left = desk.bring(Side.LEFT, PAYOUT)
        right = desk.bring(Side.RIGHT, PAYOUT | {"amount": 1000}, PAYOUT | {"amount": 2000})
        group_id = desk.match(left, right)
        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="Another batch"))
        assert RefusedGroup.objects.count() == 1

        desk.match(left, right)

        assert not RefusedGroup.objects.exists()

    def test_reverses_the_adjustments(self, desk: Desk) -> None:
        """No adjustment outlives its group; the event keeps what it was."""
        left = desk.bring(Side.LEFT, {"amount": 900})
        right = desk.bring(Side.RIGHT, {"amount": 1000})
        group_id = desk.match(left, right, adjustments=(desk.fee("1.00"),))

        with captured_events() as events:
            command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="No fee was agreed"))

        [event] = [event for event in events if isinstance(event, MatchUndone)]
        assert not Adjustment.objects.filter(project_id=desk.project_id).exists()
        assert [line["amount"] for line in event.adjustments] == ["1.00"]
        assert event.confirmed_by_name == "olga"

    def test_asks_for_a_reason(self, desk: Desk) -> None:
        """Nothing is undone without saying why."""
        left, right = desk.bring(Side.LEFT, {"amount": 1}), desk.bring(Side.RIGHT, {"amount": 1})
        group_id = desk.match(left, right)

        with pytest.raises(InvalidMessageError, match="Say why"):
            command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason=" "))

        assert len(desk.groups("confirmed")) == 1

    def test_refuses_a_suggestion(self, desk: Desk) -> None:
        """What is only suggested is rejected."""
        suggestion = desk.suggest(*SAME_AMOUNT)

        with pytest.raises(MatchNotConfirmedError):
            command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=suggestion.id, reason="No"))
