"""What happened to projects and their members."""

from datetime import datetime

from cqrs import Event
from projects.ids import ProjectId, Role, UserId


class ProjectCreated(Event, version=1):
    project_id: ProjectId
    name: str
    owner_id: UserId
    created_at: datetime


class ProjectUpdated(Event, version=1):
    project_id: ProjectId
    name: str
    description: str
    version: int


class ProjectArchived(Event, version=1):
    project_id: ProjectId
    reason: str


class ProjectRestored(Event, version=1):
    project_id: ProjectId
    reason: str


class ProjectDeleted(Event, version=1):
    """The project's row is gone; whoever keeps rows under its id removes them."""

    project_id: ProjectId
    name: str
    reason: str


class ProjectFiguresRecorded(Event, version=1):
    """What a project is judged by was reported anew; the figures are the project's to tell."""

    project_id: ProjectId
    recorded_at: datetime


class MemberAdded(Event, version=1):
    project_id: ProjectId
    user_id: UserId
    role: Role


class MemberRoleChanged(Event, version=1):
    project_id: ProjectId
    user_id: UserId
    role: Role
    previous_role: Role


class MemberRemoved(Event, version=1):
    project_id: ProjectId
    user_id: UserId
    role: Role
