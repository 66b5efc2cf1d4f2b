"""ArchiveProject and its undoing, RestoreProject."""

from cqrs import query_bus
from cqrs.testing import Given
from projects.access import ProjectArchivedError
from projects.commands.archive_project import ArchiveProject
from projects.commands.restore_project import RestoreProject
from projects.commands.update_project import UpdateProject
from projects.events import ProjectArchived, ProjectRestored
from projects.ids import ProjectId
from projects.queries.get_project import GetProject
from projects.queries.list_projects import ListProjects


class TestArchiveProject:
    def test_puts_the_project_away(self, project_id: ProjectId, given: Given) -> None:
        """An archived project leaves the list, and can still be read."""
        archiving = given.when(ArchiveProject(project_id=project_id, reason="Closed"))

        archiving.then(ProjectArchived(project_id=project_id, reason="Closed"))
        assert query_bus.ask(ListProjects()).items == ()
        assert [row.id for row in query_bus.ask(ListProjects(archived=True)).items] == [project_id]
        assert query_bus.ask(GetProject(project_id=project_id)).archived

    def test_lets_nothing_change_any_more(self, project_id: ProjectId, given: Given) -> None:
        """Commands on an archived project are refused, whoever sends them."""
        given(ArchiveProject(project_id=project_id))

        given.when(UpdateProject(project_id=project_id, name="Q4 close")).fails(ProjectArchivedError)


class TestRestoreProject:
    def test_takes_the_project_up_again(self, project_id: ProjectId, given: Given) -> None:
        """Restoring undoes archiving; of a project in use it changes nothing and tells nothing."""
        restoring = RestoreProject(project_id=project_id, reason="One more line")
        given(ArchiveProject(project_id=project_id))

        given.when(restoring).then(ProjectRestored(project_id=project_id, reason="One more line"))
        given.when(restoring).then()

        assert not query_bus.ask(GetProject(project_id=project_id)).archived
