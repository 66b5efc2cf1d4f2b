"""Cancelled while a worker reads it, or killed at any point: an import is whole or absent."""

from collections.abc import Callable

import pytest

from cqrs import Actor, acting_as, command_bus
from cqrs.testing import drain
from cqrs.testing.crashes import every_crash
from projects.ids import ProjectId
from reconciliation.commands.cancel_import import CancelImport
from reconciliation.commands.commit_import import CommitImport
from reconciliation.events import ImportRequested
from reconciliation.intake import prepare
from reconciliation.models import Import, ImportStatus, Record, RejectedLineRow
from tests.reconciliation.importing import MONTH, add_source, look_at, texts, upload
from tests.reconciliation.subscribers.test_imports_interrupted import FreeLease, request, small_chunks, work

__all__ = ["small_chunks"]


def cancelling(event: ImportRequested, when: Callable[[], bool]) -> FreeLease:
    """A lease in whose heartbeat a person cancels the import, once `when` holds."""

    def cancel() -> None:
        waiting = Import.objects.filter(pk=event.import_id, status=ImportStatus.READING, cancel_requested=False)
        if waiting.exists() and when():
            command_bus.dispatch(CancelImport(project_id=event.project_id, import_id=event.import_id))

    return FreeLease(cancel)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_chunks")
class TestCancelled:
    def test_in_the_middle_leaves_nothing(self, project_id: ProjectId) -> None:
        """Half of the records were written: they are gone, with the rejected lines, and the file may come again."""
        event = request(project_id, add_source(project_id), MONTH + "no date;1.00;EUR;;Odd\n")

        work(event, cancelling(event, lambda: Record.objects.count() == 2))

        assert (Record.objects.count(), RejectedLineRow.objects.count(), texts(project_id)) == (0, 0, [])
        assert look_at(project_id, event.import_id).row.status == "cancelled"
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=event.import_id))
        drain()
        assert len(texts(project_id)) == 4

    def test_stops_a_long_reading(self, project_id: ProjectId, monkeypatch: pytest.MonkeyPatch) -> None:
        """The thread that reads the file ends at its next report: nobody waits for the end of a large file."""
        event = request(project_id, add_source(project_id), MONTH)
        reports: list[float] = []

        def read_for_ever(*_arguments: object, on_progress: Callable[[float], None]) -> None:
            while True:
                reports.append(0.5)
                on_progress(0.5)

        monkeypatch.setattr(prepare, "read_into", read_for_ever)
        work(event, cancelling(event, lambda: bool(reports)))

        assert look_at(project_id, event.import_id).row.status == "cancelled"

    def test_in_the_last_moment_still_counts(self, project_id: ProjectId) -> None:
        """Asked for after the last sign of life, but before the records appear."""
        event = request(project_id, add_source(project_id), MONTH)

        work(event, cancelling(event, lambda: Record.objects.count() == 4))

        assert (Record.objects.count(), look_at(project_id, event.import_id).row.status) == (0, "cancelled")


@pytest.mark.kills
@pytest.mark.django_db(transaction=True)
def test_is_whole_or_absent_wherever_it_is_killed() -> None:
    """Killed before and after each publishing, claim, acknowledgement and commit: recovered, every record is there."""
    project_id = ProjectId(1)
    contents: list[int] = []

    def bring_in() -> None:
        with acting_as(Actor.system("test")):
            import_id = upload(project_id, add_source(project_id), MONTH)
            command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
            drain()

    for crash in every_crash(bring_in):
        committed = Import.objects.filter(status=ImportStatus.COMMITTED).count()
        contents.append(committed)
        assert Record.objects.count() == 4 * committed, crash
        assert not Import.objects.filter(status__in=(ImportStatus.QUEUED, ImportStatus.READING)).exists(), crash

    assert set(contents) == {0, 1}
