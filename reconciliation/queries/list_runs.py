from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.models import Run
from reconciliation.queries.run_rows import RunRow, run_row


class ListRuns(Query[Page[RunRow]], requires=project_role(Role.VIEWER)):
    """The project's runs, the newest first."""

    project_id: ProjectId
    after: str | None = None
    limit: int = 50


@ListRuns.handler
def list_runs(query: ListRuns) -> Page[RunRow]:
    runs = Run.objects.filter(project_id=query.project_id)
    return page_of(
        runs.select_related("rule_set", "left_source", "right_source"),
        order=("-id",),
        after=query.after,
        limit=query.limit,
        shape=run_row,
    )
