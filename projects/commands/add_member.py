"""Let a person into a project."""

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from cqrs import Clock, Command, ConflictError, event_bus
from projects.access import Role, project_role
from projects.events import MemberAdded
from projects.ids import ProjectId, UserId
from projects.models import Membership


class UnknownPersonError(ConflictError):
    """There is nobody of this name who can sign in here."""


class AlreadyMemberError(ConflictError):
    """Somebody of this name is a member of the project already; change the role instead."""


class AddMember(Command[UserId], requires=project_role(Role.ADMIN)):
    """Let a person into a project, by the name they sign in with."""

    project_id: ProjectId
    username: str
    role: Role


@AddMember.handler
def add_member(command: AddMember, clock: Clock) -> UserId:
    user = get_user_model().objects.filter(username=command.username, is_active=True).first()
    if user is None:
        raise UnknownPersonError
    try:
        with transaction.atomic():
            Membership.objects.create(
                project_id=command.project_id, user_id=user.pk, role=command.role, created_at=clock.now()
            )
    except IntegrityError as error:  # only the constraint on one membership per person means this
        raise AlreadyMemberError from error

    user_id = UserId(user.pk)
    event_bus.publish(MemberAdded(project_id=command.project_id, user_id=user_id, role=command.role))
    return user_id
