"""Who may send what: the same for every message, whatever the door."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import get_type_hints

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, Context, NotAllowedError, acting_as, command_bus, query_bus, system_only
from cqrs.registry import Entry, registry
from projects.access import ProjectNotFoundError, ProjectRole, Role
from projects.commands.archive_project import ArchiveProject
from projects.commands.update_project import UpdateProject
from projects.ids import ProjectId
from projects.models import Membership
from projects.queries.get_project import GetProject
from tests.factories import make_project

As = Callable[[str], AbstractContextManager[Context]]


class TestRole:
    def test_each_includes_those_before_it(self) -> None:
        """An admin may do all, a viewer only look."""
        assert [[role.includes(other) for other in Role] for role in Role] == [
            [True, False, False, False],
            [True, True, False, False],
            [True, True, True, False],
            [True, True, True, True],
        ]

    def test_the_database_knows_the_same_roles(self) -> None:
        """The column's choices are the roles, and each fits into it."""
        column = Membership._meta.get_field("role")

        assert [value for value, _ in column.choices or ()] == [role.value for role in Role]
        assert max(len(role) for role in Role) <= (column.max_length or 0)


class TestMembership:
    @pytest.mark.parametrize("project", ["theirs", "none"])
    def test_a_stranger_learns_nothing(self, project_id: ProjectId, as_person: As, project: str) -> None:
        """A project that is somebody else's and one that never was answer alike."""
        asked = project_id if project == "theirs" else ProjectId(999_999)

        with as_person("stranger"), pytest.raises(ProjectNotFoundError) as refusal:
            query_bus.ask(GetProject(project_id=asked))

        assert str(refusal.value) == ProjectNotFoundError().text

    def test_a_role_too_low_is_told_so(self, owner: User, as_person: As) -> None:
        """A member who may look but not change gets a refusal that names both roles."""
        project_id = make_project(owner, mia=Role.VIEWER)

        with as_person("mia"):
            assert query_bus.ask(GetProject(project_id=project_id)).role is Role.VIEWER
            with pytest.raises(NotAllowedError, match=r"needs the role admin; yours is viewer"):
                command_bus.dispatch(UpdateProject(project_id=project_id, name="Mine"))

    def test_the_platform_itself_may_act_anywhere(self, project_id: ProjectId) -> None:
        """A worker is no member of anything, and need not be."""
        with acting_as(Actor.system("worker")):
            command_bus.dispatch(ArchiveProject(project_id=project_id))

            assert query_bus.ask(GetProject(project_id=project_id)).archived


def project_messages() -> list[Entry]:
    answered = [*registry.of_kind("command"), *registry.of_kind("query")]
    return [entry for entry in answered if "project_id" in get_type_hints(entry.type)]


@pytest.mark.parametrize("entry", project_messages(), ids=lambda entry: entry.name)
def test_every_message_about_a_project_asks_for_a_role(entry: Entry) -> None:
    """I14: what carries a project id is for members only; what workers report, for workers only."""
    assert isinstance(entry.requires, ProjectRole) or entry.requires is system_only
