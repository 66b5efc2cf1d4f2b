import pytest
from django.contrib.auth.models import User

from cqrs import Actor, acting_as, command_bus
from projects.access import Role
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.confirm_matches import ConfirmMatches
from reconciliation.commands.take_back_confirmation import (
    NeverSuggestedError,
    NotYourConfirmationError,
    SuggestionReplacedError,
    TakeBackConfirmation,
)
from reconciliation.decisions.groups import MatchChangedError, MatchNotConfirmedError
from reconciliation.ids import GroupId, Side
from reconciliation.models import NeverPair
from tests.reconciliation.desk import ONE_SHORT, SAME_AMOUNT, Desk


def take_back(desk: Desk, group_id: GroupId, version: int | None = None) -> None:
    command_bus.dispatch(
        TakeBackConfirmation(project_id=desk.project_id, group_id=group_id, expected_version=version, reason="Slip")
    )


def confirm(desk: Desk, group_id: GroupId) -> None:
    command_bus.dispatch(ConfirmMatches(project_id=desk.project_id, group_ids=(group_id,)))


@pytest.fixture
def confirmed(desk: Desk) -> GroupId:
    """A suggestion that the acting person has confirmed."""
    suggestion = desk.suggest(*SAME_AMOUNT)
    confirm(desk, suggestion.id)
    return suggestion.id


class TestTakeBackConfirmation:
    def test_leads_back_to_the_suggestion(self, desk: Desk) -> None:
        """All but the version is as before the confirmation, the standing included, and no pair is refused."""
        before = desk.suggest(*SAME_AMOUNT)
        standing = desk.standing()
        confirm(desk, before.id)

        take_back(desk, before.id, version=2)

        [after] = desk.groups()
        assert (before.version, after.version) == (1, 3)
        assert (after.status, after.decided_by, after.decided_at, after.reason) == ("suggested", "", None, "")
        assert (before.left, before.right, before.adjustments) == (after.left, after.right, after.adjustments)
        assert standing == desk.standing()
        assert not NeverPair.objects.filter(project_id=desk.project_id).exists()

    def test_can_be_confirmed_again_and_taken_back_again(self, desk: Desk, confirmed: GroupId) -> None:
        """It is a suggestion like any other."""
        take_back(desk, confirmed)
        confirm(desk, confirmed)
        take_back(desk, confirmed)

        assert [group.status for group in desk.groups()] == ["suggested"]

    def test_takes_the_persons_adjustments_back_too(self, desk: Desk) -> None:
        """What was typed with the confirmation goes with it; what the run proposed is there again."""
        suggestion = desk.suggest(*ONE_SHORT)
        short = f"{-suggestion.difference}"
        command_bus.dispatch(
            ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id, adjustments=(desk.fee(short),))
        )

        take_back(desk, suggestion.id)

        [after] = desk.groups("suggested")
        assert suggestion.difference
        assert suggestion.adjustments == after.adjustments

    def test_is_only_for_whoever_confirmed(self, desk: Desk, confirmed: GroupId) -> None:
        """Another person unmatches, and says why."""
        desk.add_member("ben", Role.PREPARER)

        with acting_as(Actor.user(User.objects.get(username="ben"))), pytest.raises(NotYourConfirmationError):
            take_back(desk, confirmed)

        assert len(desk.groups("confirmed")) == 1

    def test_is_not_for_what_the_machine_confirmed(self, desk: Desk) -> None:
        """Nobody's decision is nobody's to take back."""
        same = {"amount": 1000, "reference": "INV-1"}
        desk.bring(Side.LEFT, same)
        desk.bring(Side.RIGHT, same)
        desk.publish_rules()
        desk.run()
        [group] = desk.groups("confirmed")

        with pytest.raises(NotYourConfirmationError):
            take_back(desk, group.id)

    def test_is_not_for_what_was_made_by_hand(self, desk: Desk) -> None:
        """There was no suggestion that it could become again."""
        left, right = desk.bring(Side.LEFT, {"amount": 1}), desk.bring(Side.RIGHT, {"amount": 1})

        with pytest.raises(NeverSuggestedError):
            take_back(desk, desk.match(left, right))

    def test_is_refused_after_a_newer_run(self, desk: Desk, confirmed: GroupId) -> None:
        """The suggestion would be one of a run that has been replaced, which nobody sees."""
        desk.run()

        with pytest.raises(SuggestionReplacedError):
            take_back(desk, confirmed)

        assert len(desk.groups("confirmed")) == 1

    def test_is_refused_once_the_match_changed(self, desk: Desk, confirmed: GroupId) -> None:
        """Whoever saw another version looks again first."""
        with pytest.raises(MatchChangedError):
            take_back(desk, confirmed, version=1)

    def test_is_refused_twice(self, desk: Desk, confirmed: GroupId) -> None:
        """What is only suggested was not confirmed."""
        take_back(desk, confirmed)

        with pytest.raises(MatchNotConfirmedError):
            take_back(desk, confirmed)
