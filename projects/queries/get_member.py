"""One member of a project."""

from cqrs import Query
from projects.access import Role, project_role
from projects.ids import ProjectId, UserId
from projects.members import Member, MemberNotFoundError, members_of


class GetMember(Query[Member], requires=project_role(Role.VIEWER)):
    """One member of a project."""

    project_id: ProjectId
    user_id: UserId


@GetMember.handler
def get_member(query: GetMember) -> Member:
    found = [member for member in members_of(query.project_id) if member.user_id == query.user_id]
    if not found:
        raise MemberNotFoundError
    return found[0]
