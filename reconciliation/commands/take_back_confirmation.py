from decimal import Decimal

from cqrs import Actor, Clock, Command, ConflictError, NotAllowedError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.balance import AdjustmentLine, adjustments_of
from reconciliation.decisions.facts import Verdict, facts
from reconciliation.decisions.groups import LockedGroup, lock_group
from reconciliation.decisions.undoing import suggest_again
from reconciliation.events import ConfirmationTakenBack, MatchConfirmed
from reconciliation.ids import GroupId
from reconciliation.models import Adjustment, GroupOrigin, GroupStatus, Run, RunStatus


class NotYourConfirmationError(NotAllowedError):
    """Somebody else confirmed this match, or the machine did. Unmatch it, with a reason."""


class NeverSuggestedError(ConflictError):
    """The match was made by hand, so that there is no suggestion to go back to. Unmatch it, with a reason."""


class SuggestionReplacedError(ConflictError):
    """A newer run has looked at the open items since. Unmatch the match, with a reason."""


class SuggestionTakenBackError(ConflictError):
    """The run that suggested this match was taken back. Unmatch the match, with a reason."""


class ChangedSinceError(ConflictError):
    """A corrected file changed records of this match since you confirmed it. Review or unmatch it, with a reason."""


class TakeBackConfirmation(Command[None], requires=project_role(Role.PREPARER)):
    """Let what one has confirmed oneself be a suggestion again, as the run made it; no pair is refused by that."""

    project_id: ProjectId
    group_id: GroupId
    expected_version: int | None = None
    reason: str = ""


@TakeBackConfirmation.handler
def take_back_confirmation(command: TakeBackConfirmation, actor: Actor, clock: Clock) -> None:
    verdict = Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason)
    locked = lock_group(command.project_id, command.group_id, command.expected_version)
    locked.require_status(GroupStatus.CONFIRMED)
    _require_own_decision_on_a_suggestion(locked, actor)

    suggest_again(locked)
    _restore_proposed_adjustments(locked)
    event_bus.publish(
        ConfirmationTakenBack(**facts(locked, verdict), run_id=locked.run_id, confirmed_at=locked.group.decided_at)
    )


def _require_own_decision_on_a_suggestion(locked: LockedGroup, actor: Actor) -> None:
    group = locked.group
    if group.origin != GroupOrigin.MACHINE:
        raise NeverSuggestedError
    if group.decided_by is None or group.decided_by != actor.user_id:
        raise NotYourConfirmationError(group.decided_by_name)
    if group.review:
        raise ChangedSinceError(group.review)
    if Run.objects.filter(id=group.run_id or 0, status__in=(RunStatus.UNDOING, RunStatus.UNDONE)).exists():
        raise SuggestionTakenBackError
    # What a newer run publishes replaces all suggestions of before: this one would vanish with them.
    if Run.objects.filter(project_id=group.project_id, id__gt=group.run_id, status=RunStatus.COMPLETED).exists():
        raise SuggestionReplacedError


def _restore_proposed_adjustments(locked: LockedGroup) -> None:
    confirmed = event_bus.latest(MatchConfirmed, f"group:{locked.id}")
    if confirmed is None or confirmed.proposed_adjustments is None:
        return
    lines = [
        AdjustmentLine(kind=line["kind"], amount=Decimal(line["amount"]), reason=line["reason"])
        for line in confirmed.proposed_adjustments
    ]
    Adjustment.objects.filter(group_id=locked.id).delete()
    Adjustment.objects.bulk_create(adjustments_of(locked.group, lines))
