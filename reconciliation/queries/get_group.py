from cqrs import Clock, NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import GroupId
from reconciliation.models import MatchGroup
from reconciliation.queries.group_rows import GroupRow, group_rows

__all__ = ["GetGroup", "GroupNotFoundError", "GroupRow"]


class GroupNotFoundError(NotFoundError):
    """There is no such match in this project: it never was, or it was undone, or a newer run replaced it."""


class GetGroup(Query[GroupRow], requires=project_role(Role.VIEWER)):
    """One match group with its legs, its adjustments and why it was found."""

    project_id: ProjectId
    group_id: GroupId


@GetGroup.handler
def get_group(query: GetGroup, clock: Clock) -> GroupRow:
    group = MatchGroup.objects.of_project(query.project_id).filter(id=query.group_id).first()
    if group is None:
        raise GroupNotFoundError
    [row] = group_rows([group], clock.now().date())
    return row
