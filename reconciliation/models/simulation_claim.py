from dataclasses import dataclass
from typing import Self

from django.db import transaction

from cqrs import LeaseLostError
from reconciliation.models.simulation import Simulation, SimulationStatus


class SimulationTakenOverError(LeaseLostError):
    """Another worker has taken the simulation up, or its project is gone: this worker's answer is no longer wanted."""


@dataclass(frozen=True)
class SimulationClaim:
    """One worker's hold on a simulation. Taking it again, after a crash, ends the hold of whoever had it before."""

    simulation: Simulation

    @classmethod
    def take(cls, simulation_id: int) -> Self | None:
        """Nothing when there is nothing to do: over already, or deleted with its project."""
        with transaction.atomic():
            simulation = Simulation.objects.select_for_update().filter(pk=simulation_id).first()
            if simulation is None or not simulation.is_active:
                return None
            simulation.status = SimulationStatus.RUNNING
            simulation.attempt += 1
            simulation.save(update_fields=["status", "attempt"])
        return cls(simulation)

    def update(self, **columns: object) -> None:
        mine = Simulation.objects.filter(pk=self.simulation.pk, attempt=self.simulation.attempt)
        if not mine.update(**columns):
            raise SimulationTakenOverError(str(self.simulation.pk))

    def is_cancelled(self) -> bool:
        return Simulation.objects.filter(pk=self.simulation.pk, cancel_requested=True).exists()
