"""How far a run is, told at most twice a second: to the row that pages poll, to the lease, to whoever listens."""

import time

from cqrs import Lease
from reconciliation.models import Run
from reconciliation.progress import ProgressListener

SECONDS_BETWEEN = 0.5


class RunProgress:
    """`expected` is the number of stages that a whole run has; a stage counts equally in the percentage."""

    def __init__(self, run: Run, lease: Lease, listener: ProgressListener, expected: int) -> None:
        self._run = run
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
            self._tell(name, share)

    def is_cancelled(self) -> bool:
        """As of the last half second."""
        if time.monotonic() - self._told >= SECONDS_BETWEEN:
            self._beat()
        return self._cancelled

    def _tell(self, name: str, share: float) -> None:
        done = (len(self._stages) - 1 + share) / max(self._expected, len(self._stages))
        Run.objects.filter(pk=self._run.pk).update(stage=name, progress=min(99, int(done * 100)))
        self._beat()

    def _beat(self) -> None:
        self._told = time.monotonic()
        self._lease.heartbeat()
        self._cancelled = Run.objects.filter(pk=self._run.pk, cancel_requested=True).exists()
