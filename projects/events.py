"""What happened to projects and their members."""

from datetime import datetime

from cqrs import Event
from projects.ids import ProjectId, Role, UserId


class _OfProject:
    project_id: ProjectId

    def stream(self) -> str:
        return f"project:{self.project_id}"


class ProjectCreated(_OfProject, Event, version=1):
    project_id: ProjectId
    name: str
    owner_id: UserId
    created_at: datetime


class ProjectUpdated(_OfProject, Event, version=1):
    project_id: ProjectId
    name: str
    description: str
    version: int


class ProjectArchived(_OfProject, Event, version=1):
    project_id: ProjectId
    reason: str


class ProjectRestored(_OfProject, Event, version=1):
    project_id: ProjectId
    reason: str


class ProjectDeleted(_OfProject, Event, version=1):
    """The project's row is gone; whoever keeps rows under its id removes them."""

    project_id: ProjectId
    name: str
    reason: str


class MemberAdded(_OfProject, Event, version=1):
    project_id: ProjectId
    user_id: UserId
    role: Role


class MemberRoleChanged(_OfProject, Event, version=1):
    project_id: ProjectId
    user_id: UserId
    role: Role
    previous_role: Role


class MemberRemoved(_OfProject, Event, version=1):
    project_id: ProjectId
    user_id: UserId
    role: Role
