from collections.abc import Iterator

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.facts import Verdict, facts
from reconciliation.decisions.groups import lock_group
from reconciliation.decisions.undoing import delete_groups, remember_refusal
from reconciliation.events import MatchUndone
from reconciliation.ids import GroupId
from reconciliation.models import GroupStatus, RefusalKind


class Unmatch(Command[None], requires=project_role(Role.PREPARER)):
    """Undo a confirmed match as a whole, for a reason: its records are open again, and it is not proposed again."""

    project_id: ProjectId
    group_id: GroupId
    reason: str
    expected_version: int | None = None

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.reason.strip():
            yield "reason", "Say why the match is undone."


@Unmatch.handler
def unmatch(command: Unmatch, actor: Actor, clock: Clock) -> None:
    verdict = Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason)
    locked = lock_group(command.project_id, command.group_id, command.expected_version)
    locked.require_status(GroupStatus.CONFIRMED)

    remember_refusal(locked, verdict, RefusalKind.UNMATCHED)
    delete_groups([locked])
    event_bus.publish(
        MatchUndone(
            **facts(locked, verdict),
            run_id=locked.run_id,
            confirmed_by_name=locked.group.decided_by_name,
            confirmed_at=locked.group.decided_at,
        )
    )
