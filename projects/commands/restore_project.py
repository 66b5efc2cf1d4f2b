"""Take an archived project up again."""

from cqrs import Clock, Command, event_bus
from projects.access import Role, project_role
from projects.events import ProjectRestored
from projects.ids import ProjectId
from projects.models import Project


class RestoreProject(Command[None], requires=project_role(Role.ADMIN, even_archived=True)):
    """Take an archived project up again."""

    project_id: ProjectId
    reason: str = ""


@RestoreProject.handler
def restore_project(command: RestoreProject, clock: Clock) -> None:
    archived = Project.objects.filter(id=command.project_id, archived_at__isnull=False)
    if archived.update(archived_at=None, updated_at=clock.now()):
        event_bus.publish(ProjectRestored(project_id=command.project_id, reason=command.reason))
