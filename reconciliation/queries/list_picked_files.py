from dataclasses import dataclass
from datetime import datetime

from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import PickedFile, PickUp


@dataclass(frozen=True, kw_only=True)
class PickedFileRow:
    name: str
    size: int
    status: str
    import_id: ImportId | None
    error: str
    seen_at: datetime


class ListPickedFiles(Query[Page[PickedFileRow]], requires=project_role(Role.VIEWER)):
    """What was seen in the source's folder and what became of it, the newest first."""

    project_id: ProjectId
    source_id: SourceId
    after: str | None = None
    limit: int = 50


@ListPickedFiles.handler
def list_picked_files(query: ListPickedFiles) -> Page[PickedFileRow]:
    pick_up = PickUp.in_project(query.project_id, query.source_id)
    return page_of(pick_up.files.all(), order=("-seen_at", "-id"), after=query.after, limit=query.limit, shape=_row)


def _row(picked: PickedFile) -> PickedFileRow:
    return PickedFileRow(
        name=picked.name,
        size=picked.size,
        status=picked.status,
        import_id=None if picked.import_id is None else ImportId(picked.import_id),
        error=picked.error,
        seen_at=picked.seen_at,
    )
