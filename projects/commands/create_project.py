"""Open a project."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from cqrs import Actor, Clock, Command, NotAllowedError, event_bus, signed_in
from projects.events import MemberAdded, ProjectCreated
from projects.ids import ProjectId, Role, UserId
from projects.models import Membership, Project
from projects.naming import ProjectNameTakenError, name_problems


class OwnerNeededError(NotAllowedError):
    """A project belongs to a person: act as a user to open one."""


class CreateProject(Command[ProjectId], requires=signed_in):
    """Open a project; whoever opens it owns it."""

    name: str
    description: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        yield from name_problems(self.name)


@CreateProject.handler
def create_project(command: CreateProject, actor: Actor, clock: Clock) -> ProjectId:
    if actor.user_id is None:
        raise OwnerNeededError
    owner_id, now = UserId(actor.user_id), clock.now()
    try:
        with transaction.atomic():
            project = Project.objects.create(
                owner_id=owner_id,
                name=command.name.strip(),
                description=command.description,
                created_at=now,
                updated_at=now,
            )
    except IntegrityError as error:  # only the constraint on the name means this
        raise ProjectNameTakenError from error

    Membership.objects.create(project=project, user_id=owner_id, role=Role.ADMIN, created_at=now)
    project_id = ProjectId(project.id)
    event_bus.publish(ProjectCreated(project_id=project_id, name=project.name, owner_id=owner_id, created_at=now))
    event_bus.publish(MemberAdded(project_id=project_id, user_id=owner_id, role=Role.ADMIN))
    return project_id
