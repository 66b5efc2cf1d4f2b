"""Remove a project for good."""

from cqrs import Command, ConflictError, event_bus
from projects.access import Role, project_role
from projects.events import ProjectDeleted
from projects.ids import ProjectId
from projects.models import Project


class ProjectNotArchivedError(ConflictError):
    """Archive the project before you delete it: deleting cannot be undone."""


class DeleteProject(Command[None], requires=project_role(Role.ADMIN, even_archived=True)):
    """Remove an archived project with everything in it. What happened in it stays in the event log."""

    project_id: ProjectId
    reason: str = ""


@DeleteProject.handler
def delete_project(command: DeleteProject) -> None:
    project = Project.objects.select_for_update().get(id=command.project_id)
    if project.archived_at is None:
        raise ProjectNotArchivedError

    project.delete()
    event_bus.publish(ProjectDeleted(project_id=command.project_id, name=project.name, reason=command.reason))
