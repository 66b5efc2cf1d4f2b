"""CreateProject."""

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, InvalidMessageError, NotAllowedError, acting_as, command_bus, query_bus
from cqrs.testing import Given
from projects.access import Role
from projects.commands.create_project import CreateProject
from projects.events import MemberAdded, ProjectCreated
from projects.naming import ProjectNameTakenError
from projects.queries.get_project import GetProject
from tests.factories import UserFactory


class TestCreateProject:
    def test_makes_its_author_owner_and_admin(self, owner: User) -> None:
        """Whoever opens a project owns it and is its first admin."""
        project_id = command_bus.dispatch(CreateProject(name="  Q3 close ", description="Bank against ledger"))

        project = query_bus.ask(GetProject(project_id=project_id))

        assert (project.name, project.description, project.owner_name) == ("Q3 close", "Bank against ledger", "olga")
        assert [(member.username, member.role) for member in project.members] == [("olga", Role.ADMIN)]
        assert project.version == 1

    def test_tells_that_it_happened(self, owner: User, given: Given) -> None:
        """The project and its first member are events of the project's stream."""
        creating = given.when(CreateProject(name="Q3 close")).then(ProjectCreated, MemberAdded)

        assert {event.stream() for event in creating.events} == {f"project:{creating.answer}"}

    def test_refuses_a_name_already_taken(self, owner: User, given: Given) -> None:
        """One owner's second project of the same name is refused."""
        given(CreateProject(name="Q3 close")).when(CreateProject(name="Q3 close ")).fails(ProjectNameTakenError)

    def test_lets_another_owner_use_the_name(self, owner: User) -> None:
        """Names are unique for each owner only, so that nobody learns of another's project."""
        mine = command_bus.dispatch(CreateProject(name="Q3 close"))

        with acting_as(Actor.user(UserFactory.create()), source="test"):
            theirs = command_bus.dispatch(CreateProject(name="Q3 close"))

        assert mine != theirs

    @pytest.mark.parametrize("name", ["", "   ", "x" * 201])
    def test_needs_a_sensible_name(self, owner: User, given: Given, name: str) -> None:
        """A blank name and one that is too long are refused, naming the field."""
        given.when(CreateProject(name=name)).fails(InvalidMessageError, fields=("name",))

    def test_needs_a_person(self, given: Given) -> None:
        """Neither a stranger nor the platform itself can own a project."""
        for actor in (Actor.anonymous(), Actor.system("worker")):
            given.when(CreateProject(name="Q3 close"), by=actor).fails(NotAllowedError)
