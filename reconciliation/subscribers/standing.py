"""The standing's totals grow with each import, in the transaction in which its records appear."""

from reconciliation.events import FileImported
from reconciliation.models import Import, Tally
from reconciliation.models.tallies import add
from reconciliation.runs.counting import counted_rows
from reconciliation.storage import Storage


@FileImported.subscriber
def count_imported_records(event: FileImported, storage: Storage) -> None:
    imported = Import.objects.get(pk=event.import_id)
    if imported.records:
        snapshot = storage.path(imported.snapshot_key)
        add(event.project_id, Tally.State.TOTAL, counted_rows(event.source_id, snapshot))
