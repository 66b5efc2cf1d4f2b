import pytest

from cqrs import command_bus
from cqrs.testing import captured_events, drain
from projects.ids import ProjectId
from reconciliation.commands.cancel_import import CancelImport, ImportNotUnderwayError
from reconciliation.commands.commit_import import CommitImport
from reconciliation.events import ImportCancelled
from reconciliation.models import ImportNotFoundError
from tests.reconciliation.importing import MONTH, add_source, bring_in, commit, look_at, texts, upload

pytestmark = pytest.mark.django_db


class TestCancelImport:
    def test_stops_one_that_waits(self, project_id: ProjectId) -> None:
        """No worker has begun: it is cancelled at once, and the worker that comes finds nothing to do."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        with captured_events() as events:
            command_bus.dispatch(CancelImport(project_id=project_id, import_id=import_id))
        drain()

        assert [import_id] == [event.import_id for event in events if isinstance(event, ImportCancelled)]
        assert (look_at(project_id, import_id).row.status, texts(project_id)) == ("cancelled", [])

    def test_lets_the_import_be_committed_after_all(self, project_id: ProjectId) -> None:
        """The file and its mapping are as they were."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        command_bus.dispatch(CancelImport(project_id=project_id, import_id=import_id))

        assert commit(project_id, import_id).row.status == "committed"
        assert len(texts(project_id)) == 4

    def test_refuses_what_is_not_under_way(self, project_id: ProjectId) -> None:
        """Records that are there do not vanish, and a proposal is discarded instead."""
        source_id = add_source(project_id)
        done = bring_in(project_id, source_id, MONTH).row.id
        proposed = upload(project_id, source_id, MONTH + "2026-11-28;1.00;EUR;;More\n")

        for import_id in (done, proposed):
            with pytest.raises(ImportNotUnderwayError, match=r"bank\.csv is"):
                command_bus.dispatch(CancelImport(project_id=project_id, import_id=import_id))
        assert len(texts(project_id)) == 4

    def test_finds_no_import_of_another_project(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """An import's number stops nothing in another project."""
        import_id = upload(project_id, add_source(project_id), MONTH)

        with pytest.raises(ImportNotFoundError):
            command_bus.dispatch(CancelImport(project_id=other_project, import_id=import_id))
