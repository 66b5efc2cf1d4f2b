from collections.abc import Iterator

from cqrs import Actor, Clock, Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.balance import AdjustmentLine, adjustment_problems, adjustments_of, require_balance
from reconciliation.decisions.facts import described
from reconciliation.decisions.groups import lock_group
from reconciliation.events import GroupReviewed
from reconciliation.ids import GroupId
from reconciliation.models import Adjustment, GroupStatus, MatchLeg


class NothingToReviewError(ConflictError):
    """Nothing asks for another look at this match, or somebody has looked already."""


class ReviewMatch(Command[None], requires=project_role(Role.PREPARER)):
    """Confirm a match again after a corrected file changed its records. It has to net to zero, as at first.

    Adjustments given here replace those that it has. A match that is no longer right is unmatched instead.
    """

    project_id: ProjectId
    group_id: GroupId
    expected_version: int | None = None
    adjustments: tuple[AdjustmentLine, ...] = ()
    reason: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        yield from adjustment_problems(self.adjustments)


@ReviewMatch.handler
def review_match(command: ReviewMatch, actor: Actor, clock: Clock) -> None:
    locked = lock_group(command.project_id, command.group_id, command.expected_version)
    locked.require_status(GroupStatus.CONFIRMED)
    group, asked = locked.group, locked.group.review
    if not asked:
        raise NothingToReviewError(f"Match {locked.id}.")
    adjustments = list(locked.adjustments)
    if command.adjustments:
        Adjustment.objects.filter(group_id=locked.id).delete()
        adjustments = Adjustment.objects.bulk_create(adjustments_of(group, command.adjustments))
    require_balance(group, adjustments)

    group.review = ""
    group.version += 1
    group.decided_by, group.decided_by_name = actor.user_id, actor.name
    group.decided_at, group.reason = clock.now(), command.reason
    group.save(update_fields=["review", "version", "decided_by", "decided_by_name", "decided_at", "reason"])
    MatchLeg.objects.filter(group_id=locked.id).update(run_id=None)  # a person's decision does not go with its run
    event_bus.publish(
        GroupReviewed(
            project_id=command.project_id,
            group_id=locked.id,
            asked_because=asked,
            adjustments=described(adjustments),
            reviewed_by_name=actor.name,
            reason=command.reason,
        )
    )
