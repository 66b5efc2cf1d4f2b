from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, Sum

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side, SourceId
from reconciliation.models import ImportStatus, Source, SourceMapping

_COMMITTED = Q(imports__status=ImportStatus.COMMITTED)


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    id: SourceId
    side: Side
    name: str
    account: str
    currency: str
    records: int
    mapping_version: int | None
    last_import_at: datetime | None


class ListSources(Query[tuple[SourceRow, ...]], requires=project_role(Role.VIEWER)):
    """The systems that tell the story, left side first."""

    project_id: ProjectId


@ListSources.handler
def list_sources(query: ListSources) -> tuple[SourceRow, ...]:
    sources = Source.objects.filter(project_id=query.project_id).annotate(
        imported=Sum("imports__records", filter=_COMMITTED),
        last_import_at=Max("imports__committed_at", filter=_COMMITTED),
    )
    versions = dict(
        SourceMapping.objects.filter(source__project_id=query.project_id)
        .values_list("source_id")
        .annotate(Max("version"))
        .order_by()
    )
    return tuple(
        SourceRow(
            id=SourceId(source.pk),
            side=Side(source.side),
            name=source.name,
            account=source.account,
            currency=source.currency,
            records=source.imported or 0,
            mapping_version=versions.get(source.pk),
            last_import_at=source.last_import_at,
        )
        for source in sources.order_by("side", "name")
    )
