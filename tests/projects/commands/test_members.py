"""AddMember, ChangeMemberRole and RemoveMember."""

import pytest
from django.contrib.auth.models import User

from cqrs import command_bus, query_bus
from cqrs.testing import Given
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
    def test_lets_a_person_in(self, project_id: ProjectId, given: Given) -> None:
        """The new member has the role given, and the event names both."""
        user = UserFactory.create(username="mia")
        adding = given.when(AddMember(project_id=project_id, username="mia", role=Role.PREPARER))

        adding.then(MemberAdded(project_id=project_id, user_id=UserId(user.pk), role=Role.PREPARER))
        adding.answers(UserId(user.pk))
        assert roles(project_id) == {"olga": Role.ADMIN, "mia": Role.PREPARER}

    def test_refuses_a_name_that_nobody_has(self, project_id: ProjectId, given: Given) -> None:
        """Neither an unknown name nor a deactivated account can be let in."""
        UserFactory.create(username="gone", is_active=False)

        for username in ("nobody", "gone"):
            adding = AddMember(project_id=project_id, username=username, role=Role.VIEWER)
            given.when(adding).fails(UnknownPersonError)

    def test_refuses_a_second_membership(self, project_id: ProjectId, mia: UserId, given: Given) -> None:
        """A person has one role in a project."""
        given.when(AddMember(project_id=project_id, username="mia", role=Role.ADMIN)).fails(AlreadyMemberError)

        assert roles(project_id)["mia"] is Role.VIEWER


class TestChangeMemberRole:
    def test_gives_another_role(self, project_id: ProjectId, mia: UserId, given: Given) -> None:
        """The event names the role before, so that the log shows what changed."""
        given.when(ChangeMemberRole(project_id=project_id, user_id=mia, role=Role.REVIEWER)).then(
            MemberRoleChanged(project_id=project_id, user_id=mia, role=Role.REVIEWER, previous_role=Role.VIEWER)
        )

        assert roles(project_id)["mia"] is Role.REVIEWER

    def test_tells_nothing_when_nothing_changes(self, project_id: ProjectId, mia: UserId, given: Given) -> None:
        """The same role again is no event."""
        given.when(ChangeMemberRole(project_id=project_id, user_id=mia, role=Role.VIEWER)).then()

    def test_leaves_the_owner_admin(self, project_id: ProjectId, owner: User, given: Given) -> None:
        """The owner cannot be demoted, so a project never lacks an admin."""
        demoting = ChangeMemberRole(project_id=project_id, user_id=UserId(owner.pk), role=Role.VIEWER)
        given.when(demoting).fails(OwnerStaysAdminError)


class TestRemoveMember:
    def test_takes_a_person_out(self, project_id: ProjectId, mia: UserId, given: Given) -> None:
        """The person is no member afterwards; removing again finds nobody."""
        removing = RemoveMember(project_id=project_id, user_id=mia)

        given.when(removing).then(MemberRemoved(project_id=project_id, user_id=mia, role=Role.VIEWER))
        given.when(removing).fails(MemberNotFoundError)
        assert roles(project_id) == {"olga": Role.ADMIN}

    def test_keeps_the_owner(self, project_id: ProjectId, owner: User, given: Given) -> None:
        """The owner cannot be taken out."""
        given.when(RemoveMember(project_id=project_id, user_id=UserId(owner.pk))).fails(OwnerStaysAdminError)
