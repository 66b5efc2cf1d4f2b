"""Rename a project or describe it anew."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from cqrs import Clock, Command, StaleVersionError, event_bus
from projects.access import Role, project_role
from projects.events import ProjectUpdated
from projects.ids import ProjectId
from projects.models import Project
from projects.naming import ProjectNameTakenError, name_problems


class UpdateProject(Command[None], requires=project_role(Role.ADMIN)):
    """Rename a project or describe it anew. What is left out stays as it is."""

    project_id: ProjectId
    name: str | None = None
    description: str | None = None
    expected_version: int | None = None

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.name is not None:
            yield from name_problems(self.name)


@UpdateProject.handler
def update_project(command: UpdateProject, clock: Clock) -> None:
    project = Project.objects.select_for_update().get(id=command.project_id)
    if command.expected_version is not None and command.expected_version != project.version:
        raise StaleVersionError(
            f"The project is at version {project.version}, not {command.expected_version}.",
            stream=f"project:{project.id}",
            behind=project.version - command.expected_version,
            event=ProjectUpdated,
        )

    if command.name is not None:
        project.name = command.name.strip()
    if command.description is not None:
        project.description = command.description
    project.version += 1
    project.updated_at = clock.now()
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError as error:  # only the constraint on the name means this
        raise ProjectNameTakenError from error

    event_bus.publish(
        ProjectUpdated(
            project_id=command.project_id,
            name=project.name,
            description=project.description,
            version=project.version,
        )
    )
