"""What a project is judged by is told to it after everything that moves its figures."""

from collections import defaultdict
from decimal import Decimal
from typing import get_args

from cqrs import Lease, command_bus
from projects.commands.record_project_figures import RecordProjectFigures
from projects.ids import ProjectId
from reconciliation.models import Run, RunStatus
from reconciliation.models.tallies import Standpoint, tallies
from reconciliation.money import exact_sum, to_decimal
from reconciliation.queries.get_standing import Moving, match_rate


def _of_project(event: Moving) -> str:
    """One report after the other: an older one never overwrites a newer one."""
    return f"project:{event.project_id}"


def report_figures(event: Moving, lease: Lease) -> None:
    """Counted before the transaction that reports, which would keep SQLite's only writer waiting."""
    figures = _figures(event.project_id)
    with lease.acknowledging():
        command_bus.dispatch(figures)


for moving in get_args(Moving):
    moving.worker(key="reconciliation.report_figures", long=True, order_by=_of_project)(report_figures)


def _figures(project_id: ProjectId) -> RecordProjectFigures:
    counts: dict[Standpoint, int] = defaultdict(int)
    open_amounts: dict[str, Decimal] = defaultdict(Decimal)
    for line in tallies(project_id):
        counts[line.state] += line.count
        if line.state is Standpoint.OPEN:
            gross = to_decimal(line.gross, line.scale)
            open_amounts[line.currency] = exact_sum((open_amounts[line.currency], gross))
    completed = Run.objects.filter(project_id=project_id, status=RunStatus.COMPLETED).order_by("-id").first()
    return RecordProjectFigures(
        project_id=project_id,
        match_rate=match_rate(counts[Standpoint.CONFIRMED], sum(counts.values())),
        records=sum(counts.values()),
        confirmed_records=counts[Standpoint.CONFIRMED],
        suggested_records=counts[Standpoint.SUGGESTED],
        open_items=counts[Standpoint.OPEN],
        open_amounts=dict(open_amounts),
        last_run_at=completed.completed_at if completed else None,
    )
