"""Who works in a project."""

from cqrs import Query
from projects.access import Role, project_role
from projects.ids import ProjectId
from projects.members import Member, members_of


class ListMembers(Query[tuple[Member, ...]], requires=project_role(Role.VIEWER)):
    """Who works in a project, in the order in which they came."""

    project_id: ProjectId


@ListMembers.handler
def list_members(query: ListMembers) -> tuple[Member, ...]:
    return members_of(query.project_id)
