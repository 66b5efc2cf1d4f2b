from collections.abc import Iterator

from cqrs import Clock, Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import RunId
from reconciliation.models import GroupStatus, MatchGroup, MatchLeg, Record
from reconciliation.queries.group_rows import GroupRow, group_rows
from reconciliation.queries.record_search import naming


class ListGroups(Query[Page[GroupRow]], requires=project_role(Role.VIEWER)):
    """Match groups in the order in which they were found; `search` looks into their records, and `in_review` asks for
    confirmed ones whose records a corrected file has changed.
    """

    project_id: ProjectId
    status: str | None = None
    pass_name: str | None = None
    search: str = ""
    in_review: bool = False
    run_id: RunId | None = None
    after: str | None = None
    limit: int = 50

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.status and self.status not in GroupStatus.values:
            yield "status", f"{self.status!r} is none of {', '.join(GroupStatus.values)}."


@ListGroups.handler
def list_groups(query: ListGroups, clock: Clock) -> Page[GroupRow]:
    groups = MatchGroup.objects.of_project(query.project_id)
    if query.status:
        groups = groups.filter(status=query.status)
    if query.in_review:
        groups = groups.exclude(review="")
    if query.pass_name:
        groups = groups.filter(pass_name=query.pass_name)
    if query.run_id is not None:
        groups = groups.filter(run_id=query.run_id)
    if query.search.strip():
        records = Record.objects.filter(naming(query.search), project_id=query.project_id)
        legs = MatchLeg.objects.filter(project_id=query.project_id, record_id__in=records.values("id"))
        groups = groups.filter(id__in=legs.values("group_id"))

    page = page_of(groups, order=("id",), after=query.after, limit=query.limit, shape=lambda group: group)
    rows = group_rows(page.items, clock.now().date())
    return Page(items=rows, next=page.next, previous=page.previous)
