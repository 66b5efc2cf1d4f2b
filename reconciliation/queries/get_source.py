from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side, SourceId
from reconciliation.models import ImportStatus, Source
from reconciliation.queries.mapping_rows import MappingVersionRow, version_rows


@dataclass(frozen=True, kw_only=True)
class SourceDetail:
    """One system, and how its files are read; the newest version of its mapping first."""

    id: SourceId
    side: Side
    name: str
    account: str
    currency: str
    created_at: datetime
    records: int
    mappings: tuple[MappingVersionRow, ...]


class GetSource(Query[SourceDetail], requires=project_role(Role.VIEWER)):
    """One source with every version of its mapping: who saved it, when, and what it decides otherwise."""

    project_id: ProjectId
    source_id: SourceId


@GetSource.handler
def get_source(query: GetSource) -> SourceDetail:
    source = Source.in_project(query.project_id, query.source_id)
    committed = source.imports.filter(status=ImportStatus.COMMITTED)
    return SourceDetail(
        id=SourceId(source.pk),
        side=Side(source.side),
        name=source.name,
        account=source.account,
        currency=source.currency,
        created_at=source.created_at,
        records=committed.aggregate(records=Sum("records"))["records"] or 0,
        mappings=version_rows(source),
    )
