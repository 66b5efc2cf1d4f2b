from dataclasses import dataclass
from datetime import datetime

from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import SimulationId
from reconciliation.models import Simulation


@dataclass(frozen=True, kw_only=True)
class SimulationListRow:
    id: SimulationId
    name: str
    status: str
    progress: int
    requested_by: str
    created_at: datetime


class ListSimulations(Query[Page[SimulationListRow]], requires=project_role(Role.VIEWER)):
    """Rule sets that were tried, the newest first."""

    project_id: ProjectId
    after: str | None = None
    limit: int = 50


@ListSimulations.handler
def list_simulations(query: ListSimulations) -> Page[SimulationListRow]:
    simulations = Simulation.objects.filter(project_id=query.project_id)
    return page_of(simulations, order=("-id",), after=query.after, limit=query.limit, shape=_row)


def _row(simulation: Simulation) -> SimulationListRow:
    return SimulationListRow(
        id=SimulationId(simulation.pk),
        name=simulation.name,
        status=simulation.status,
        progress=simulation.progress,
        requested_by=simulation.requested_by_name,
        created_at=simulation.created_at,
    )
