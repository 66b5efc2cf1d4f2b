from django.db.models import Exists, OuterRef

from cqrs import Page, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side
from reconciliation.models import MatchLeg, Record
from reconciliation.queries.result_records import ResultRecord, result_records

LARGEST_PAGE = 10_000


class ListUnmatched(Query[Page[ResultRecord]], requires=project_role(Role.VIEWER)):
    """Every record of a side that is in no group, in the order of its id, in pages large enough for an export.

    A record of which a group uses a part stands with that group, and what is left of it as well.
    """

    project_id: ProjectId
    side: Side
    after: str | None = None
    limit: int = 1_000


@ListUnmatched.handler
def list_unmatched(query: ListUnmatched) -> Page[ResultRecord]:
    limit = min(query.limit, LARGEST_PAGE)
    legs = MatchLeg.objects.of_project(query.project_id).filter(record_id=OuterRef("id"))
    open_records = (
        Record.objects.published(query.project_id)
        .on_side(query.project_id, query.side)
        .exclude(Exists(legs.filter(confirmed=True, closes=True)))  # one index each
        .exclude(Exists(legs.filter(confirmed=True, allocated__isnull=False)))
        .exclude(Exists(legs.filter(confirmed=False)))
        .filter(id__gt=int(query.after or 0))
        .order_by("id")
    )
    found = list(result_records(open_records[: limit + 1]))
    page, more = found[:limit], len(found) > limit
    return Page(items=tuple(page), next=str(page[-1].id) if more else None, previous=None)
