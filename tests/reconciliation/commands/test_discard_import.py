import pytest

from cqrs import command_bus
from cqrs.testing import captured_events
from projects.ids import ProjectId
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.events import ImportDiscarded
from reconciliation.models import ImportNotPendingError
from tests.reconciliation.importing import MONTH, add_source, bring_in, look_at, upload

pytestmark = pytest.mark.django_db


class TestDiscardImport:
    def test_sets_an_upload_aside(self, project_id: ProjectId) -> None:
        """It stays in the list as discarded, and the event keeps the reason."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        with captured_events() as events:
            command_bus.dispatch(DiscardImport(project_id=project_id, import_id=import_id, reason="wrong month"))

        assert look_at(project_id, import_id).row.status == "discarded"
        assert [(event.file_name, event.reason) for event in events if isinstance(event, ImportDiscarded)] == [
            ("bank.csv", "wrong month")
        ]

    def test_lets_the_file_come_again(self, project_id: ProjectId) -> None:
        """What was discarded was never imported."""
        source_id = add_source(project_id)
        command_bus.dispatch(DiscardImport(project_id=project_id, import_id=upload(project_id, source_id, MONTH)))

        assert bring_in(project_id, source_id, MONTH).row.status == "committed"

    def test_is_no_way_to_withdraw_records(self, project_id: ProjectId) -> None:
        """A committed import stays."""
        detail = bring_in(project_id, add_source(project_id), MONTH)

        with pytest.raises(ImportNotPendingError):
            command_bus.dispatch(DiscardImport(project_id=project_id, import_id=detail.row.id))
