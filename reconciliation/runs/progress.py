"""How far a run is, told at most twice a second: to the row that pages poll, to the lease, to whoever listens."""

import time
from collections.abc import Callable

from cqrs import Lease
from reconciliation.models import Run
from reconciliation.models.run_claim import RunClaim
from reconciliation.progress import ProgressListener

SECONDS_BETWEEN = 0.5


class RunProgress:
    """The parts of a run share one percentage, as `within` lays them out."""

    def __init__(self, claim: RunClaim, lease: Lease, listener: ProgressListener) -> None:
        self._claim = claim
        self._lease = lease
        self._listener = listener
        self._stage = ""
        self._share = 0.0
        self._told = 0.0
        self._cancelled = False

    def within(self, start: int, end: int) -> Callable[[str, float], None]:
        """Tells of a part that takes the run from one percentage to another; its shares go from 0 to 1."""

        def tell(stage: str, share: float) -> None:
            self._listener.stage(stage, share)
            self._share = share
            if stage != self._stage or self._is_due():
                self._stage = stage
                self._claim.update(stage=stage, progress=int(start + (end - start) * share))
                self._sign()

        return tell

    def go_on(self) -> None:
        """A step takes its time: say again how far the run is."""
        self._listener.stage(self._stage, self._share)
        if self._is_due():
            self._sign()

    def is_cancelled(self) -> bool:
        """As of the last half second."""
        if self._is_due():
            self._sign()
        return self._cancelled

    def _is_due(self) -> bool:
        return time.monotonic() - self._told >= SECONDS_BETWEEN

    def _sign(self) -> None:
        self._told = time.monotonic()
        self._lease.heartbeat()
        self._cancelled = Run.objects.filter(pk=self._claim.run.pk, cancel_requested=True).exists()
