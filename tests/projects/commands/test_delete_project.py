"""DeleteProject."""

import pytest

from cqrs import query_bus
from cqrs.testing import Given
from projects.access import ProjectNotFoundError
from projects.commands.archive_project import ArchiveProject
from projects.commands.delete_project import DeleteProject, ProjectNotArchivedError
from projects.events import ProjectDeleted
from projects.ids import ProjectId
from projects.queries.get_project import GetProject


class TestDeleteProject:
    def test_removes_an_archived_project(self, project_id: ProjectId, given: Given) -> None:
        """Afterwards nobody finds it; the event keeps its name for whoever reads the log."""
        deleting = given(ArchiveProject(project_id=project_id)).when(
            DeleteProject(project_id=project_id, reason="Opened by mistake")
        )

        deleting.then(ProjectDeleted(project_id=project_id, name="Q3 close", reason="Opened by mistake"))
        with pytest.raises(ProjectNotFoundError):
            query_bus.ask(GetProject(project_id=project_id))

    def test_refuses_a_project_in_use(self, project_id: ProjectId, given: Given) -> None:
        """What cannot be undone takes two steps."""
        given.when(DeleteProject(project_id=project_id)).fails(ProjectNotArchivedError)

        assert query_bus.ask(GetProject(project_id=project_id)).name == "Q3 close"
