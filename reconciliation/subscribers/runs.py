"""The worker that executes runs, and the ones that clean up behind them.

The computation holds no transaction. Its rows are written in chunks under a run that nobody sees; one small transaction
publishes them and acknowledges. A worker that dies in between leaves rows that the next attempt sweeps.
"""

from cqrs import Clock, Lease, LeaseLostError, NotYetError
from reconciliation.engine import Cancelled, Engine
from reconciliation.events import RunCancelled, RunCompleted, RunFailed, RunStarted
from reconciliation.models import Run
from reconciliation.models.run_claim import RunClaim
from reconciliation.progress import ProgressListener
from reconciliation.runs import stages
from reconciliation.runs.execution import REFUSALS, Execution
from reconciliation.runs.sweeping import sweep_staged, sweep_superseded
from reconciliation.storage import Storage

MOST_ATTEMPTS = 3
NEVER_FINISHED = (
    "The run was taken up {} times and never got to its end. Its worker may have been stopped or run out of memory. {}"
)


@RunStarted.worker(key="reconciliation.match_open_items", long=True)
def match_open_items(
    event: RunStarted, *, lease: Lease, storage: Storage, engine: Engine, listener: ProgressListener, clock: Clock
) -> None:
    claim = RunClaim.take(event.run_id)
    if claim is None:
        return
    if claim.run.attempt - claim.run.handed_back > MOST_ATTEMPTS:
        with lease.acknowledging():
            stages.fail(claim, NEVER_FINISHED.format(MOST_ATTEMPTS, claim.run.error).strip(), clock.now())
        return
    try:
        staged = Execution(claim, lease, storage, engine, listener).compute_and_stage()
        with lease.acknowledging():
            stages.complete(claim, staged, clock.now())
    except Cancelled:
        with lease.acknowledging():
            stages.cancel(claim, clock.now())
    except REFUSALS as error:
        with lease.acknowledging():
            stages.fail(claim, str(error), clock.now())
    except LeaseLostError:
        raise  # the run is another worker's now
    except NotYetError:
        stages.hand_back(claim)
        raise
    except Exception as error:
        stages.put_back(claim, error)
        raise


@RunCancelled.worker(key="reconciliation.sweep_cancelled", long=True)
def sweep_cancelled(event: RunCancelled, lease: Lease) -> None:
    sweep_staged(Run.objects.get(pk=event.run_id), lease.heartbeat)


@RunFailed.worker(key="reconciliation.sweep_failed", long=True)
def sweep_failed(event: RunFailed, lease: Lease) -> None:
    sweep_staged(Run.objects.get(pk=event.run_id), lease.heartbeat)


@RunCompleted.worker(key="reconciliation.sweep_replaced_suggestions", long=True)
def sweep_replaced_suggestions(event: RunCompleted, lease: Lease) -> None:
    for run in Run.objects.filter(project_id=event.project_id, superseded=True).order_by("id"):
        sweep_superseded(run, lease.heartbeat)
