"""One attempt at a run, from its input to its rows; what is left is to publish them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from cqrs import Lease
from reconciliation.aside import Aside
from reconciliation.engine import (
    AmountOutOfRangeError,
    Cancelled,
    Engine,
    TooManyCandidatesError,
    UnbalancedGroupError,
    UnknownFieldError,
)
from reconciliation.models.run_claim import RunClaim
from reconciliation.progress import ProgressListener
from reconciliation.rules import InvalidRuleSetError
from reconciliation.runs import stages
from reconciliation.runs.counting import counted_results
from reconciliation.runs.input import RunInput, run_input
from reconciliation.runs.progress import RunProgress
from reconciliation.runs.results import Results, results_of
from reconciliation.runs.staging import stage
from reconciliation.runs.sweeping import sweep_staged
from reconciliation.storage import FileMissingError, Storage

# What another attempt would run into just the same.
REFUSALS = (
    AmountOutOfRangeError,
    FileMissingError,
    InvalidRuleSetError,
    TooManyCandidatesError,
    UnbalancedGroupError,
    UnknownFieldError,
)
# Where the percentage stands when the input is there, when the groups are found, and when they are written.
PREPARED, FOUND, SAVED = 2, 60, 95
SECONDS_BETWEEN_SIGNS = 1.0


class Execution:
    """Computes outside of any transaction."""

    def __init__(
        self, claim: RunClaim, lease: Lease, storage: Storage, engine: Engine, listener: ProgressListener
    ) -> None:
        self._claim = claim
        self._lease = lease
        self._storage = storage
        self._engine = engine
        self._progress = RunProgress(claim, lease, listener)
        self._times: list[dict[str, object]] = []

    def compute_and_stage(self) -> stages.Staged:
        with self._timed("preparing"):
            self._progress.within(0, PREPARED)("preparing", 0)
            sweep_staged(self._claim.run, self._lease.heartbeat)
            read = run_input(self._claim.run, self._storage)
        found = self._match(read)
        with self._timed("saving"):
            kept = stages.begin_publishing(self._claim, read, found)
            stage(self._claim, kept, self._saved)
        with self._timed("counting"):
            self._progress.within(SAVED, 99)("counting", 0)
            confirmed, suggested = (counted_results(read.brought, kept, confirmed=each) for each in (True, False))
        withheld = found.groups.num_rows - kept.groups.num_rows
        return stages.Staged(kept, withheld, self._times, confirmed, suggested)

    def _match(self, read: RunInput) -> Results:
        aside = Aside()
        match = partial(
            self._engine.match,
            read.left,
            read.right,
            read.rules,
            never=read.never,
            refused=read.refused,
            cut_off=self._claim.run.cut_off,
            on_progress=aside.here(self._progress.within(PREPARED, FOUND)),
            is_cancelled=aside.here(self._progress.is_cancelled),
        )
        outcome = aside.run(match, self._progress.go_on, SECONDS_BETWEEN_SIGNS)
        self._times.extend({"name": name, "seconds": round(seconds, 3)} for name, seconds in outcome.stages)
        return results_of(outcome)

    def _saved(self, share: float) -> None:
        self._progress.within(FOUND, SAVED)("saving", share)
        if self._progress.is_cancelled():
            raise Cancelled

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self._times.append({"name": name, "seconds": round(time.perf_counter() - start, 3)})
