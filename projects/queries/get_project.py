"""One project and its members."""

from dataclasses import dataclass
from datetime import datetime

from cqrs import Actor, Query
from projects.access import ProjectNotFoundError, Role, project_role
from projects.ids import ProjectId
from projects.members import Member, members_of
from projects.models import Project


@dataclass(frozen=True)
class ProjectDetail:
    """A project as a member sees it; `role` is the asker's own, None for the platform itself."""

    id: ProjectId
    name: str
    description: str
    owner_name: str
    role: Role | None
    archived: bool
    version: int
    created_at: datetime
    updated_at: datetime
    members: tuple[Member, ...]


class GetProject(Query[ProjectDetail], requires=project_role(Role.VIEWER)):
    """One project and its members."""

    project_id: ProjectId


@GetProject.handler
def get_project(query: GetProject, actor: Actor) -> ProjectDetail:
    project = Project.objects.select_related("owner").filter(id=query.project_id).first()
    if project is None:
        raise ProjectNotFoundError
    members = members_of(query.project_id)
    return ProjectDetail(
        id=query.project_id,
        name=project.name,
        description=project.description,
        owner_name=project.owner.get_username(),
        role=next((member.role for member in members if member.user_id == actor.user_id), None),
        archived=project.archived_at is not None,
        version=project.version,
        created_at=project.created_at,
        updated_at=project.updated_at,
        members=members,
    )
