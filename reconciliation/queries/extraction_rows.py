"""An extraction as a list shows it and by itself."""

from dataclasses import dataclass
from datetime import datetime

from reconciliation.ids import ConnectionId, ExtractionId, ImportId, SourceId
from reconciliation.models import Extraction


@dataclass(frozen=True, kw_only=True)
class ExtractionRow:
    """Done without an import: the source has exactly these rows already."""

    id: ExtractionId
    connection_id: ConnectionId
    connection_name: str
    source_id: SourceId
    source_name: str
    statement: str
    status: str
    rows: int
    import_id: ImportId | None
    error: str
    requested_by: str
    created_at: datetime
    ended_at: datetime | None


def extraction_row(found: Extraction) -> ExtractionRow:
    return ExtractionRow(
        id=ExtractionId(found.pk),
        connection_id=ConnectionId(found.connection_id),
        connection_name=found.connection.name,
        source_id=SourceId(found.source_id),
        source_name=found.source.name,
        statement=found.statement,
        status=found.status,
        rows=found.rows,
        import_id=None if found.import_id is None else ImportId(found.import_id),
        error=found.error,
        requested_by=found.requested_by_name,
        created_at=found.created_at,
        ended_at=found.ended_at,
    )
