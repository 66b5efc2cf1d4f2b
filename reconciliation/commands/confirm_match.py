from collections.abc import Iterator

from cqrs import Actor, Clock, Command
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.balance import AdjustmentLine, adjustment_problems, adjustments_of
from reconciliation.decisions.confirming import confirm
from reconciliation.decisions.facts import Verdict
from reconciliation.decisions.groups import LockedGroup, lock_group
from reconciliation.ids import GroupId
from reconciliation.models import Adjustment, GroupStatus


class ConfirmMatch(Command[None], requires=project_role(Role.PREPARER)):
    """Accept a suggestion. One that leaves a difference needs adjustments that bring it to zero.

    Adjustments given here replace those that the run proposed; without any, the proposed ones hold.
    """

    project_id: ProjectId
    group_id: GroupId
    expected_version: int | None = None
    adjustments: tuple[AdjustmentLine, ...] = ()
    reason: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        yield from adjustment_problems(self.adjustments)


@ConfirmMatch.handler
def confirm_match(command: ConfirmMatch, actor: Actor, clock: Clock) -> None:
    locked = lock_group(command.project_id, command.group_id, command.expected_version)
    locked.require_status(GroupStatus.SUGGESTED)
    if command.adjustments:
        locked = _adjusted(locked, command.adjustments)
    confirm([locked], Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason))


def _adjusted(locked: LockedGroup, lines: tuple[AdjustmentLine, ...]) -> LockedGroup:
    Adjustment.objects.filter(group_id=locked.id).delete()
    rows = Adjustment.objects.bulk_create(adjustments_of(locked.group, lines))
    return LockedGroup(locked.group, locked.legs, tuple(rows), replaced=locked.adjustments)
