"""The project that the first start shows: the shipped sample, brought in and reconciled through the commands."""

from cqrs import query_bus
from cqrs.deliveries import drain
from projects.ids import ProjectId
from projects.queries.list_projects import ListProjects
from reconciliation import sample
from reconciliation.console.documents import read_rules
from reconciliation.console.projects import open_project, project_named
from reconciliation.console.request import Request
from reconciliation.console.telling import Screens, reconcile_and_tell, tell_standing
from reconciliation.ids import Side
from reconciliation.queries.list_runs import ListRuns

NAME = "Sample: October at the pottery"
DESCRIPTION = "The bank statement of a small pottery against its ledger. Yours to try things on, or to delete."


def show_sample(screens: Screens) -> None:
    """Reconcile the sample on a new installation and finish it where a start was interrupted; else only tell of it."""
    drain()
    project_id = project_named(NAME)
    if project_id is None:
        if not query_bus.ask(ListProjects(limit=1)).items:
            _reconcile(open_project(NAME, DESCRIPTION), screens)
    elif query_bus.ask(ListRuns(project_id=project_id, limit=1)).items:
        tell_standing(project_id, screens.results)
    else:
        _reconcile(project_id, screens)


def _reconcile(project_id: ProjectId, screens: Screens) -> None:
    files = {Side.LEFT: sample.BANK_STATEMENT, Side.RIGHT: sample.LEDGER}
    reconcile_and_tell(Request(files=files, rules=read_rules(sample.RULES)), project_id, screens)
