"""How far a run is, told at most twice a second: to the row that pages poll, to the lease, to whoever listens."""

import time

from cqrs import Lease
from reconciliation.models import Run
from reconciliation.models.run_claim import RunClaim
from reconciliation.progress import ProgressListener

SECONDS_BETWEEN = 0.5


class RunProgress:
    """A stage is as long as any other of the `expected` number: how long each will take is not known before."""

    def __init__(self, claim: RunClaim, lease: Lease, listener: ProgressListener, expected: int) -> None:
        self._claim = claim
        self._lease = lease
        self._listener = listener
        self._expected = expected
        self._stages: list[str] = []
        self._told = 0.0
        self._cancelled = False

    def __call__(self, name: str, share: float) -> None:
        is_new = name not in self._stages
        if is_new:
            self._stages.append(name)
        self._listener.stage(name, share)
        if is_new or time.monotonic() - self._told >= SECONDS_BETWEEN:
            done = (len(self._stages) - 1 + share) / max(self._expected, len(self._stages))
            self._claim.update(stage=name, progress=min(99, int(done * 100)))
            self._sign()

    def is_cancelled(self) -> bool:
        """As of the last half second."""
        if time.monotonic() - self._told >= SECONDS_BETWEEN:
            self._sign()
        return self._cancelled

    def _sign(self) -> None:
        self._told = time.monotonic()
        self._lease.heartbeat()
        self._cancelled = Run.objects.filter(pk=self._claim.run.pk, cancel_requested=True).exists()
