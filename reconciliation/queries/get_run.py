from cqrs import NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import RunId
from reconciliation.models import Run
from reconciliation.queries.run_rows import RunRow, run_row


class RunNotThereError(NotFoundError):
    """There is no such run in this project."""


class GetRun(Query[RunRow], requires=project_role(Role.VIEWER)):
    """One run: how far it is, and what it found and took once it is over."""

    project_id: ProjectId
    run_id: RunId


@GetRun.handler
def get_run(query: GetRun) -> RunRow:
    runs = Run.objects.select_related("rule_set", "left_source", "right_source")
    run = runs.filter(project_id=query.project_id, id=query.run_id).first()
    if run is None:
        raise RunNotThereError
    return run_row(run)
