"""The worker that tries rule sets: it computes outside of any transaction and keeps nothing but the answer."""

import msgspec

from cqrs import Clock, Lease, LeaseLostError, event_bus
from projects.ids import ProjectId
from reconciliation.engine import Cancelled, Engine
from reconciliation.events import SimulationCompleted, SimulationRequested
from reconciliation.ids import SimulationId
from reconciliation.models import SimulationStatus
from reconciliation.models.simulation_claim import SimulationClaim
from reconciliation.runs.execution import REFUSALS
from reconciliation.simulating.execution import SimulationRun
from reconciliation.simulating.findings import Findings
from reconciliation.storage import Storage

MOST_ATTEMPTS = 3
NEVER_FINISHED = "The simulation was taken up {} times and never got to its end. {}"


@SimulationRequested.worker(key="reconciliation.simulate", long=True)
def simulate(event: SimulationRequested, *, lease: Lease, storage: Storage, engine: Engine, clock: Clock) -> None:
    claim = SimulationClaim.take(event.simulation_id)
    if claim is None:
        return
    ended = {"completed_at": clock.now(), "stage": ""}
    if claim.simulation.attempt > MOST_ATTEMPTS:
        why = NEVER_FINISHED.format(MOST_ATTEMPTS, claim.simulation.error).strip()
        with lease.acknowledging():
            claim.update(status=SimulationStatus.FAILED, error=why, **ended)
        return
    try:
        findings = SimulationRun(claim, lease, storage, engine).findings()
        with lease.acknowledging():
            _complete(claim, findings, ended | {"completed_at": clock.now()})
    except Cancelled:
        with lease.acknowledging():
            claim.update(status=SimulationStatus.CANCELLED, **ended)
    except REFUSALS as error:
        with lease.acknowledging():
            claim.update(status=SimulationStatus.FAILED, error=str(error), **ended)
    except LeaseLostError:
        raise  # the simulation is another worker's now
    except Exception as error:
        claim.update(error=f"{type(error).__name__}: {error}")
        raise


def _complete(claim: SimulationClaim, findings: Findings, ended: dict[str, object]) -> None:
    simulation, tested = claim.simulation, findings.back_test
    document = msgspec.to_builtins(findings)
    claim.update(status=SimulationStatus.COMPLETED, progress=100, error="", findings=document, **ended)
    event_bus.publish(
        SimulationCompleted(
            project_id=ProjectId(simulation.project_id),
            simulation_id=SimulationId(simulation.pk),
            won=tested.won if tested else 0,
            lost=tested.lost if tested else 0,
            changed=tested.changed if tested else 0,
        )
    )
