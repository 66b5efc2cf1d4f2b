"""Give a member another role."""

from cqrs import Command, event_bus
from projects.access import Role, project_role
from projects.events import MemberRoleChanged
from projects.ids import ProjectId, UserId
from projects.members import changeable_membership


class ChangeMemberRole(Command[None], requires=project_role(Role.ADMIN)):
    """Give a member another role. The owner stays admin."""

    project_id: ProjectId
    user_id: UserId
    role: Role


@ChangeMemberRole.handler
def change_member_role(command: ChangeMemberRole) -> None:
    membership = changeable_membership(command.project_id, command.user_id)
    previous = Role(membership.role)
    if previous is command.role:
        return

    membership.role = command.role
    membership.save(update_fields=["role"])
    event_bus.publish(
        MemberRoleChanged(
            project_id=command.project_id, user_id=command.user_id, role=command.role, previous_role=previous
        )
    )
