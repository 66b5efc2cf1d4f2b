"""What becomes of a simulation."""

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import SimulationId


class SimulationRequested(Event, version=1):
    project_id: ProjectId
    simulation_id: SimulationId
    requested_by: str

    def stream(self) -> str:
        return f"simulation:{self.simulation_id}"


class SimulationCompleted(Event, version=1):
    """What a rule set would do is known; the counts are those of the back-test against people's decisions."""

    project_id: ProjectId
    simulation_id: SimulationId
    won: int
    lost: int
    changed: int

    def stream(self) -> str:
        return f"simulation:{self.simulation_id}"
