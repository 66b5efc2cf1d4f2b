"""An import as a list shows it and as its own page starts."""

from dataclasses import dataclass
from datetime import datetime

from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.models import Import


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """`records` count those that corrections added, which are `corrected`; `doubts` are duplicates to decide on.

    `parent_id` is the import that an amendment or a correction is about.
    """

    id: ImportId
    source_id: SourceId
    source_name: str
    side: Side
    file_name: str
    status: str
    format: str
    kind: str
    parent_id: ImportId | None
    records: int
    rejected: int
    duplicates: int
    corrected: int
    doubts: int
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
        kind=found.kind,
        parent_id=None if found.parent_id is None else ImportId(found.parent_id),
        records=found.records + found.corrected,
        rejected=found.rejected,
        duplicates=found.duplicates,
        corrected=found.corrected,
        doubts=found.doubts,
        uploaded_by=found.uploaded_by_name,
        created_at=found.created_at,
        committed_at=found.committed_at,
        progress=found.progress,
        error=found.error,
    )
