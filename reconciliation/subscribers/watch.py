"""How a worker that reads a file keeps its lease and shows its progress."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from cqrs import Lease
from reconciliation.models.import_claim import ImportCancelledError, ImportClaim
from reconciliation.progress import ProgressListener, Stages

WEIGHTS = {"sweep": 1, "read": 49, "identify": 10, "snapshot": 10, "load": 30}
SECONDS_BETWEEN_SIGNS = 1.0

T = TypeVar("T")


class Watch:
    """`report` may come from any thread, as readers have threads of their own; signs of life, which go to the
    database, come from the worker's thread alone.
    """

    def __init__(self, claim: ImportClaim, lease: Lease, listener: ProgressListener) -> None:
        self.stages = Stages(WEIGHTS)
        self._claim = claim
        self._lease = lease
        self._listener = listener
        self._reached = "sweep", 0.0
        self._percent = 0
        self._signed_at = 0.0
        self._is_over = False

    def report(self, stage: str, share: float) -> None:
        """Ends the work of whatever thread reports, once it is cancelled or another worker's."""
        if self._is_over:
            raise ImportCancelledError
        self._reached = stage, share
        self._percent = self.stages.reach(stage, share)
        self._listener.stage(stage, share)

    def sign(self) -> None:
        """Prolong the lease, show the progress, and hear of a cancellation, if that is due."""
        if time.monotonic() - self._signed_at >= SECONDS_BETWEEN_SIGNS:
            self._lease.heartbeat()
            self._claim.update(progress=self._percent)
            self._signed_at = time.monotonic()
            self._claim.refuse_cancelled()

    def during(self, compute: Callable[[], T]) -> T:
        """Compute in a thread beside this one, however long a single step takes; it ends when this one has to."""
        with ThreadPoolExecutor(1, thread_name_prefix="import") as beside:
            future = beside.submit(compute)
            try:
                while wait([future], timeout=SECONDS_BETWEEN_SIGNS).not_done:
                    self._listener.stage(*self._reached)
                    self.sign()
            finally:
                self._is_over = not future.done()
            return future.result()
