"""ArchiveProject and its undoing, RestoreProject."""

import pytest

from cqrs import command_bus, query_bus
from cqrs.testing import captured_events
from projects.access import ProjectArchivedError
from projects.commands.archive_project import ArchiveProject
from projects.commands.restore_project import RestoreProject
from projects.commands.update_project import UpdateProject
from projects.events import ProjectArchived, ProjectRestored
from projects.ids import ProjectId
from projects.queries.get_project import GetProject
from projects.queries.list_projects import ListProjects


class TestArchiveProject:
    def test_puts_the_project_away(self, project_id: ProjectId) -> None:
        """An archived project leaves the list, and can still be read."""
        with captured_events() as events:
            command_bus.dispatch(ArchiveProject(project_id=project_id, reason="Closed"))

        assert query_bus.ask(ListProjects()).items == ()
        assert [row.id for row in query_bus.ask(ListProjects(archived=True)).items] == [project_id]
        assert query_bus.ask(GetProject(project_id=project_id)).archived
        assert events == [ProjectArchived(project_id=project_id, reason="Closed")]

    def test_lets_nothing_change_any_more(self, project_id: ProjectId) -> None:
        """Commands on an archived project are refused, whoever sends them."""
        command_bus.dispatch(ArchiveProject(project_id=project_id))

        with pytest.raises(ProjectArchivedError):
            command_bus.dispatch(UpdateProject(project_id=project_id, name="Q4 close"))


class TestRestoreProject:
    def test_takes_the_project_up_again(self, project_id: ProjectId) -> None:
        """Restoring undoes archiving; of a project in use it changes nothing and tells nothing."""
        command_bus.dispatch(ArchiveProject(project_id=project_id))
        with captured_events() as events:
            command_bus.dispatch(RestoreProject(project_id=project_id, reason="One more line"))
            command_bus.dispatch(RestoreProject(project_id=project_id))

        assert not query_bus.ask(GetProject(project_id=project_id)).archived
        assert events == [ProjectRestored(project_id=project_id, reason="One more line")]
