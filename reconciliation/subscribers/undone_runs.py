"""The worker that takes a run back: counted first, hidden in one small transaction, deleted in chunks.

A worker that dies in between is followed by one that goes on where it was.
"""

from cqrs import Lease
from reconciliation.events import RunUndoRequested
from reconciliation.models import RunStatus
from reconciliation.models.run_claim import RunClaim
from reconciliation.runs.taking_back import hide, survey, sweep
from reconciliation.storage import Storage


@RunUndoRequested.worker(key="reconciliation.take_run_back", long=True)
def take_run_back(event: RunUndoRequested, lease: Lease, storage: Storage) -> None:
    claim = RunClaim.take_undoing(event.run_id)
    if claim is None:
        return
    if not claim.run.undone:
        found = survey(claim.run, storage)
        lease.heartbeat()
        hide(claim, found)
    sweep(claim.run, lease.heartbeat)
    with lease.acknowledging():
        claim.update(status=RunStatus.UNDONE)
