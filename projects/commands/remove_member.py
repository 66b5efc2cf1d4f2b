"""Take a person out of a project."""

from cqrs import Command, event_bus
from projects.access import Role, project_role
from projects.events import MemberRemoved
from projects.ids import ProjectId, UserId
from projects.members import changeable_membership


class RemoveMember(Command[None], requires=project_role(Role.ADMIN)):
    """Take a person out of a project. What they decided stays, under their name. The owner cannot be taken out."""

    project_id: ProjectId
    user_id: UserId


@RemoveMember.handler
def remove_member(command: RemoveMember) -> None:
    membership = changeable_membership(command.project_id, command.user_id)
    role = Role(membership.role)
    membership.delete()
    event_bus.publish(MemberRemoved(project_id=command.project_id, user_id=command.user_id, role=role))
