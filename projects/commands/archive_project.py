"""Put a project away."""

from cqrs import Clock, Command, event_bus
from projects.access import Role, project_role
from projects.events import ProjectArchived
from projects.ids import ProjectId
from projects.models import Project


class ArchiveProject(Command[None], requires=project_role(Role.ADMIN)):
    """Put a project away: it stays readable, takes no change, and leaves the list of projects."""

    project_id: ProjectId
    reason: str = ""


@ArchiveProject.handler
def archive_project(command: ArchiveProject, clock: Clock) -> None:
    now = clock.now()
    if Project.objects.filter(id=command.project_id, archived_at=None).update(archived_at=now, updated_at=now):
        event_bus.publish(ProjectArchived(project_id=command.project_id, reason=command.reason))
