from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.facts import Verdict, facts
from reconciliation.decisions.groups import lock_group
from reconciliation.decisions.undoing import delete_groups, remember_refusal
from reconciliation.events import MatchRejected
from reconciliation.ids import GroupId
from reconciliation.models import GroupStatus, RefusalKind


class RejectMatch(Command[None], requires=project_role(Role.PREPARER)):
    """Refuse a suggestion: its records are open again, and it is not proposed again."""

    project_id: ProjectId
    group_id: GroupId
    expected_version: int | None = None
    reason: str = ""


@RejectMatch.handler
def reject_match(command: RejectMatch, actor: Actor, clock: Clock) -> None:
    verdict = Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason)
    locked = lock_group(command.project_id, command.group_id, command.expected_version)
    locked.require_status(GroupStatus.SUGGESTED)

    remember_refusal(locked, verdict, RefusalKind.REJECTED)
    delete_groups([locked])
    event_bus.publish(MatchRejected(**facts(locked, verdict), run_id=locked.run_id))
