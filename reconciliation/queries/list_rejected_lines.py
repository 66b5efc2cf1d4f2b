from dataclasses import dataclass

from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId
from reconciliation.models import Import, RejectedLineRow


@dataclass(frozen=True, kw_only=True)
class RejectedLineDetail:
    line: int
    field: str
    reason: str
    raw: str


class ListRejectedLines(Query[Page[RejectedLineDetail]], requires=project_role(Role.VIEWER)):
    """Every line that became no record, in the order of the file, with its reason."""

    project_id: ProjectId
    import_id: ImportId
    after: str | None = None
    limit: int = 50


@ListRejectedLines.handler
def list_rejected_lines(query: ListRejectedLines) -> Page[RejectedLineDetail]:
    of_import = Import.in_project(query.project_id, query.import_id)
    rejected = of_import.rejected_lines.all()
    return page_of(rejected, order=("line", "id"), after=query.after, limit=query.limit, shape=_detail)


def _detail(row: RejectedLineRow) -> RejectedLineDetail:
    return RejectedLineDetail(line=row.line, field=row.field, reason=row.reason, raw=row.raw)
