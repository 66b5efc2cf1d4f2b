"""The standing's totals grow with each import, in the transaction in which its records appear."""

from projects.ids import ProjectId
from reconciliation.events import FileImported, LineRepaired
from reconciliation.ids import ImportId
from reconciliation.models import Import, Tally
from reconciliation.models.tallies import add
from reconciliation.runs.counting import counted_rows
from reconciliation.storage import Storage


@FileImported.subscriber
def count_imported_records(event: FileImported, storage: Storage) -> None:
    _count(event.project_id, event.import_id, storage)


@LineRepaired.subscriber
def count_repaired_line(event: LineRepaired, storage: Storage) -> None:
    _count(event.project_id, event.correction_id, storage)


def _count(project_id: ProjectId, import_id: ImportId, storage: Storage) -> None:
    imported = Import.objects.get(pk=import_id)
    if imported.records:
        lines = counted_rows(imported.source_id, storage.path(imported.snapshot_key))
        add(project_id, Tally.State.TOTAL, lines)
