import pytest

from cqrs import command_bus
from cqrs.testing import captured_events, drain
from projects.ids import ProjectId
from reconciliation.commands.commit_import import CommitImport, FileAlreadyCommittedError, MappingQuestionsOpenError
from reconciliation.events import ImportRequested
from reconciliation.models import ImportNotFoundError, ImportNotPendingError
from tests.reconciliation.importing import MONTH, add_source, commit, look_at, texts, upload

pytestmark = pytest.mark.django_db

UNCLEAR = "Date;Amount;Text\n03/04/2026;1.000;Rent\n04/05/2026;-3.000;Coffee\n"


class TestCommitImport:
    def test_asks_a_worker_for_it(self, project_id: ProjectId) -> None:
        """The import waits in the queue; there is no record before the worker is done with all."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        with captured_events() as events:
            command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))

        assert [import_id] == [event.import_id for event in events if isinstance(event, ImportRequested)]
        assert (look_at(project_id, import_id).row.status, len(texts(project_id))) == ("queued", 0)

    def test_refuses_while_a_question_is_open(self, project_id: ProjectId) -> None:
        """The error asks the questions."""
        import_id = upload(project_id, add_source(project_id), UNCLEAR)

        with pytest.raises(MappingQuestionsOpenError, match="Is the decimal mark a point or a comma"):
            command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        assert look_at(project_id, import_id).row.status == "proposed"

    def test_is_not_done_twice(self, project_id: ProjectId) -> None:
        """A second click changes nothing, before the worker begins and after it is done."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        for _ in range(2):
            with pytest.raises(ImportNotPendingError):
                command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
            drain()

        assert len(texts(project_id)) == 4

    def test_refuses_bytes_that_were_committed_meanwhile(self, project_id: ProjectId) -> None:
        """Of two uploads of one file the first to be committed is the import."""
        source_id = add_source(project_id)
        first, second = (upload(project_id, source_id, MONTH) for _ in range(2))
        commit(project_id, first)

        with pytest.raises(FileAlreadyCommittedError):
            command_bus.dispatch(CommitImport(project_id=project_id, import_id=second))

    def test_finds_no_import_of_another_project(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """An import's number opens nothing in another project."""
        import_id = upload(project_id, add_source(project_id), MONTH)

        with pytest.raises(ImportNotFoundError):
            command_bus.dispatch(CommitImport(project_id=other_project, import_id=import_id))
