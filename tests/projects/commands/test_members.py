"""AddMember, ChangeMemberRole and RemoveMember."""

import pytest
from django.contrib.auth.models import User

from cqrs import command_bus, query_bus
from cqrs.testing import captured_events
from projects.access import Role
from projects.commands.add_member import AddMember, AlreadyMemberError, UnknownPersonError
from projects.commands.change_member_role import ChangeMemberRole
from projects.commands.remove_member import RemoveMember
from projects.events import MemberAdded, MemberRemoved, MemberRoleChanged
from projects.ids import ProjectId, UserId
from projects.members import MemberNotFoundError, OwnerStaysAdminError
from projects.queries.list_members import ListMembers
from tests.factories import UserFactory


@pytest.fixture
def mia(project_id: ProjectId) -> UserId:
    """A viewer of the project."""
    UserFactory.create(username="mia")
    return command_bus.dispatch(AddMember(project_id=project_id, username="mia", role=Role.VIEWER))


def roles(project_id: ProjectId) -> dict[str, Role]:
    return {member.username: member.role for member in query_bus.ask(ListMembers(project_id=project_id))}


class TestAddMember:
    def test_lets_a_person_in(self, project_id: ProjectId) -> None:
        """The new member has the role given, and the event names both."""
        user = UserFactory.create(username="mia")
        with captured_events() as events:
            command_bus.dispatch(AddMember(project_id=project_id, username="mia", role=Role.PREPARER))

        assert roles(project_id) == {"olga": Role.ADMIN, "mia": Role.PREPARER}
        assert events == [MemberAdded(project_id=project_id, user_id=UserId(user.pk), role=Role.PREPARER)]

    def test_refuses_a_name_that_nobody_has(self, project_id: ProjectId) -> None:
        """Neither an unknown name nor a deactivated account can be let in."""
        UserFactory.create(username="gone", is_active=False)

        for username in ("nobody", "gone"):
            with pytest.raises(UnknownPersonError):
                command_bus.dispatch(AddMember(project_id=project_id, username=username, role=Role.VIEWER))

    def test_refuses_a_second_membership(self, project_id: ProjectId, mia: UserId) -> None:
        """A person has one role in a project."""
        with pytest.raises(AlreadyMemberError):
            command_bus.dispatch(AddMember(project_id=project_id, username="mia", role=Role.ADMIN))

        assert roles(project_id)["mia"] is Role.VIEWER


class TestChangeMemberRole:
    def test_gives_another_role(self, project_id: ProjectId, mia: UserId) -> None:
        """The event names the role before, so that the log shows what changed."""
        with captured_events() as events:
            command_bus.dispatch(ChangeMemberRole(project_id=project_id, user_id=mia, role=Role.REVIEWER))

        assert roles(project_id)["mia"] is Role.REVIEWER
        assert events == [
            MemberRoleChanged(project_id=project_id, user_id=mia, role=Role.REVIEWER, previous_role=Role.VIEWER)
        ]

    def test_tells_nothing_when_nothing_changes(self, project_id: ProjectId, mia: UserId) -> None:
        """The same role again is no event."""
        with captured_events() as events:
            command_bus.dispatch(ChangeMemberRole(project_id=project_id, user_id=mia, role=Role.VIEWER))

        assert events == []

    def test_leaves_the_owner_admin(self, project_id: ProjectId, owner: User) -> None:
        """The owner cannot be demoted, so a project never lacks an admin."""
        with pytest.raises(OwnerStaysAdminError):
            command_bus.dispatch(ChangeMemberRole(project_id=project_id, user_id=UserId(owner.pk), role=Role.VIEWER))


class TestRemoveMember:
    def test_takes_a_person_out(self, project_id: ProjectId, mia: UserId) -> None:
        """The person is no member afterwards; removing again finds nobody."""
        with captured_events() as events:
            command_bus.dispatch(RemoveMember(project_id=project_id, user_id=mia))

        assert roles(project_id) == {"olga": Role.ADMIN}
        assert events == [MemberRemoved(project_id=project_id, user_id=mia, role=Role.VIEWER)]
        with pytest.raises(MemberNotFoundError):
            command_bus.dispatch(RemoveMember(project_id=project_id, user_id=mia))

    def test_keeps_the_owner(self, project_id: ProjectId, owner: User) -> None:
        """The owner cannot be taken out."""
        with pytest.raises(OwnerStaysAdminError):
            command_bus.dispatch(RemoveMember(project_id=project_id, user_id=UserId(owner.pk)))
