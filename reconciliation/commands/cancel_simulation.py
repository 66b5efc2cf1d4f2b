from cqrs import Clock, Command, ConflictError
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import SimulationId
from reconciliation.models import Simulation, SimulationStatus


class SimulationOverError(ConflictError):
    """The simulation is over already; there is nothing to cancel."""


class CancelSimulation(Command[None], requires=project_role(Role.PREPARER)):
    """Stop trying a rule set: one that waits at once, one that computes at its next step."""

    project_id: ProjectId
    simulation_id: SimulationId


@CancelSimulation.handler
def cancel_simulation(command: CancelSimulation, clock: Clock) -> None:
    found = Simulation.in_project(command.project_id, command.simulation_id)
    simulation = Simulation.objects.select_for_update().get(pk=found.pk)
    if not simulation.is_active:
        raise SimulationOverError
    simulation.cancel_requested = True
    if simulation.status == SimulationStatus.QUEUED:
        simulation.status = SimulationStatus.CANCELLED
        simulation.completed_at = clock.now()
    simulation.save(update_fields=["cancel_requested", "status", "completed_at"])
