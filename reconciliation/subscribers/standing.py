"""The standing's totals grow with each import, in the transaction in which its records appear."""

from reconciliation.events import FileImported
from reconciliation.models import Import, Record, Tally
from reconciliation.models.tallies import add, counted


@FileImported.subscriber
def count_imported_records(event: FileImported) -> None:
    imported = Import.objects.get(pk=event.import_id)
    first = imported.first_record_id or 0
    records = Record.objects.filter(id__gte=first, id__lt=first + imported.records, import_id=imported.pk)
    add(event.project_id, Tally.State.TOTAL, counted(records))
