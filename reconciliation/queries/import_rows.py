"""An import as a list shows it and as its own page starts."""

from dataclasses import dataclass
from datetime import datetime

from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.models import Import


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    id: ImportId
    source_id: SourceId
    source_name: str
    side: Side
    file_name: str
    status: str
    format: str
    records: int
    rejected: int
    duplicates: int
    uploaded_by: str
    created_at: datetime
    committed_at: datetime | None
    progress: int
    error: str


def import_row(found: Import) -> ImportRow:
    return ImportRow(
        id=ImportId(found.pk),
        source_id=SourceId(found.source_id),
        source_name=found.source.name,
        side=Side(found.source.side),
        file_name=found.file_name,
        status=found.status,
        format=found.format,
        records=found.records,
        rejected=found.rejected,
        duplicates=found.duplicates,
        uploaded_by=found.uploaded_by_name,
        created_at=found.created_at,
        committed_at=found.committed_at,
        progress=found.progress,
        error=found.error,
    )
