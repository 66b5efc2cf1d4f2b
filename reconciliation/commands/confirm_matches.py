from collections.abc import Iterator

from cqrs import Actor, Clock, Command
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.confirming import confirm
from reconciliation.decisions.facts import Verdict
from reconciliation.decisions.groups import lock_groups
from reconciliation.ids import GroupId

MOST_AT_ONCE = 500


class ConfirmMatches(Command[int], requires=project_role(Role.PREPARER)):
    """Accept several suggestions, all or none; answers how many."""

    project_id: ProjectId
    group_ids: tuple[GroupId, ...]
    reason: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.group_ids:
            yield "group_ids", "Name the matches to confirm."
        if len(self.group_ids) > MOST_AT_ONCE:
            yield "group_ids", f"At most {MOST_AT_ONCE} matches at once; these are {len(self.group_ids)}."


@ConfirmMatches.handler
def confirm_matches(command: ConfirmMatches, actor: Actor, clock: Clock) -> int:
    groups = lock_groups(command.project_id, command.group_ids)
    confirm(groups, Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason))
    return len(groups)
