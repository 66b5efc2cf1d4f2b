"""UpdateProject."""

import pytest

from cqrs import InvalidMessageError, StaleVersionError, command_bus, query_bus
from cqrs.testing import captured_events
from projects.commands.add_member import AddMember
from projects.commands.create_project import CreateProject
from projects.commands.update_project import UpdateProject
from projects.events import ProjectUpdated
from projects.ids import ProjectId, Role
from projects.naming import ProjectNameTakenError
from projects.queries.get_project import GetProject
from tests.factories import UserFactory


class TestUpdateProject:
    def test_changes_only_what_is_given(self, project_id: ProjectId) -> None:
        """A new description leaves the name as it is, and the version goes up."""
        with captured_events() as events:
            command_bus.dispatch(UpdateProject(project_id=project_id, description="Bank against ledger"))

        project = query_bus.ask(GetProject(project_id=project_id))
        assert (project.name, project.description, project.version) == ("Q3 close", "Bank against ledger", 2)
        assert [type(event) for event in events] == [ProjectUpdated]

    def test_refuses_a_version_that_is_not_the_current_one(self, project_id: ProjectId) -> None:
        """Of two people who saw version 1, the second gets a conflict and overwrites nothing."""
        command_bus.dispatch(UpdateProject(project_id=project_id, name="Q4 close", expected_version=1))

        with pytest.raises(StaleVersionError):
            command_bus.dispatch(UpdateProject(project_id=project_id, name="Year end", expected_version=1))

        assert query_bus.ask(GetProject(project_id=project_id)).name == "Q4 close"

    def test_tells_who_changed_it(self, project_id: ProjectId) -> None:
        """Who comes too late learns of the changes of the project itself, and not of those of its members."""
        for number in (1, 2):
            command_bus.dispatch(UpdateProject(project_id=project_id, name=f"Q4 {number}", expected_version=number))
            command_bus.dispatch(
                AddMember(project_id=project_id, username=UserFactory.create().username, role=Role.VIEWER)
            )

        with pytest.raises(StaleVersionError, match="Since then: ProjectUpdated by olga at ") as caught:
            command_bus.dispatch(UpdateProject(project_id=project_id, name="Year end", expected_version=1))

        assert [change.name for change in caught.value.changes] == ["ProjectUpdated", "ProjectUpdated"]

    def test_refuses_the_name_of_another_project(self, project_id: ProjectId) -> None:
        """A rename cannot take a name that the owner uses already."""
        command_bus.dispatch(CreateProject(name="Q4 close"))

        with pytest.raises(ProjectNameTakenError):
            command_bus.dispatch(UpdateProject(project_id=project_id, name="Q4 close"))

    def test_refuses_a_blank_name(self, project_id: ProjectId) -> None:
        """Leaving the name out keeps it; a blank one is an error on the field."""
        with pytest.raises(InvalidMessageError) as refusal:
            command_bus.dispatch(UpdateProject(project_id=project_id, name=" "))

        assert list(refusal.value.fields) == ["name"]
