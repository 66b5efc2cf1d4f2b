from dataclasses import dataclass
from datetime import datetime

from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.formats import Mapping
from reconciliation.formats.reading.one_line import named_cells
from reconciliation.ids import ImportId, RecordId, RejectedLineId
from reconciliation.models import Import, RejectedLineRow


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Who made a record of the line, when; null instead of a record where the source had it already."""

    correction_id: ImportId
    record_id: RecordId | None
    repaired_by: str
    repaired_at: datetime


@dataclass(frozen=True, kw_only=True)
class RejectedLineDetail:
    """`cells` are what a repair starts from, by column; empty texts where the line did not fit the table."""

    id: RejectedLineId
    line: int
    field: str
    reason: str
    raw: str
    cells: dict[str, str]
    repair: Repair | None


class ListRejectedLines(Query[Page[RejectedLineDetail]], requires=project_role(Role.VIEWER)):
    """Every line that became no record, in the order of the file, with its reason; or those repaired since.

    `rejected_line_id` asks for a single one, whatever became of it.
    """

    project_id: ProjectId
    import_id: ImportId
    repaired: bool = False
    rejected_line_id: RejectedLineId | None = None
    after: str | None = None
    limit: int = 50


@ListRejectedLines.handler
def list_rejected_lines(query: ListRejectedLines) -> Page[RejectedLineDetail]:
    of_import = Import.in_project(query.project_id, query.import_id)
    mapping = Mapping.from_document(of_import.mapping)

    def detail(row: RejectedLineRow) -> RejectedLineDetail:
        return RejectedLineDetail(
            id=RejectedLineId(row.pk),
            line=row.line,
            field=row.field,
            reason=row.reason,
            raw=row.raw,
            cells=named_cells(tuple(row.cells), mapping),
            repair=None if row.repair is None else _repair(row.repair),
        )

    rejected = of_import.rejected_lines.select_related("repair")
    if query.rejected_line_id is None:
        rejected = rejected.filter(repair__isnull=not query.repaired)
    else:
        rejected = rejected.filter(pk=query.rejected_line_id)
    return page_of(rejected, order=("line", "id"), after=query.after, limit=query.limit, shape=detail)


def _repair(correction: Import) -> Repair:
    record_id = correction.first_record_id
    return Repair(
        correction_id=ImportId(correction.pk),
        record_id=None if record_id is None else RecordId(record_id),
        repaired_by=correction.uploaded_by_name,
        repaired_at=correction.created_at,
    )
