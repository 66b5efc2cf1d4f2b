"""After an import: which of its duplicates may be payments of their own, for a person to decide on."""

from reconciliation.corrections.known import committed, known_files
from reconciliation.events import FileImported
from reconciliation.intake.doubts import compared
from reconciliation.models import Import
from reconciliation.storage import Storage


@FileImported.worker(key="reconciliation.look_for_doubts")
def look_for_doubts(event: FileImported, storage: Storage) -> None:
    found = Import.objects.filter(pk=event.import_id, project_id=event.project_id).first()
    if found is None or not found.duplicates_key:
        return
    rows = compared(storage.path(found.duplicates_key), known_files(committed(found.source_id), storage))
    decided = set(found.duplicate_decisions.values_list("place", flat=True))
    doubtful = rows.filter(rows["doubt"])["place"].to_pylist()
    Import.objects.filter(pk=found.pk).update(doubts=len(set(doubtful) - decided))
