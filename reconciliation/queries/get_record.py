from dataclasses import dataclass
from datetime import datetime

from cqrs import Clock, NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId, RecordId, Side
from reconciliation.intake.snapshot import raw_cells
from reconciliation.models import Import, ImportKind, MatchGroup, MatchLeg, Record, RejectedLineRow
from reconciliation.queries.group_rows import GroupRow, group_rows
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.storage import Storage


class RecordNotFoundError(NotFoundError):
    """The project has no such record."""


@dataclass(frozen=True, kw_only=True)
class CorrectionRow:
    """Who made a record of a line that was none at first, and when; the import's original tells how."""

    import_id: ImportId
    corrected_by: str
    corrected_at: datetime
    raw: str
    because: str


@dataclass(frozen=True, kw_only=True)
class RecordDetail:
    """A record as it was understood, `cells` as it was received, and the group that holds it now.

    `import_id` is that of the file, also where a correction made a record of the line.
    """

    record: RecordRow
    import_id: ImportId
    file_name: str
    cells: tuple[tuple[str, str], ...]
    correction: CorrectionRow | None
    group: GroupRow | None


class GetRecord(Query[RecordDetail], requires=project_role(Role.VIEWER)):
    """One line of a file, and what became of it."""

    project_id: ProjectId
    record_id: RecordId


@GetRecord.handler
def get_record(query: GetRecord, clock: Clock, storage: Storage) -> RecordDetail:
    record = Record.objects.published(query.project_id).filter(pk=query.record_id).first()
    if record is None:
        raise RecordNotFoundError(str(query.record_id))

    found = Import.in_project(query.project_id, record.import_id)
    row = record.id - (found.first_record_id or 0)
    return RecordDetail(
        record=record_row(record, Side(found.source.side), clock.today()),
        import_id=ImportId(found.parent_id if found.kind == ImportKind.CORRECTION and found.parent_id else found.pk),
        file_name=found.file_name,
        cells=raw_cells(storage.path(found.snapshot_key), row),
        correction=_correction(found) if found.kind == ImportKind.CORRECTION else None,
        group=_group(query, clock),
    )


def _correction(found: Import) -> CorrectionRow:
    line = RejectedLineRow.objects.filter(repair=found).first()
    return CorrectionRow(
        import_id=ImportId(found.pk),
        corrected_by=found.uploaded_by_name,
        corrected_at=found.created_at,
        raw=line.raw if line else "",
        because=f"{line.field} {line.reason}".strip() if line else "",
    )


def _group(query: GetRecord, clock: Clock) -> GroupRow | None:
    legs = MatchLeg.objects.of_project(query.project_id).filter(record_id=query.record_id)
    groups = MatchGroup.objects.of_project(query.project_id).filter(id__in=legs.values("group_id"))
    return next(iter(group_rows(list(groups[:1]), clock.today())), None)
