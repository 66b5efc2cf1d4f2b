"""One attempt at a run, from its input to its rows; what is left is to publish them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from cqrs import Lease
from reconciliation.engine import Cancelled, match
from reconciliation.engine.errors import (
    AmountOutOfRangeError,
    TooManyCandidatesError,
    UnbalancedGroupError,
    UnknownFieldError,
)
from reconciliation.models import Run
from reconciliation.progress import ProgressListener
from reconciliation.rules import InvalidRuleSetError
from reconciliation.runs import stages
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
OWN_STAGES = 2


class Execution:
    """Computes outside of any transaction; `run` is taken up."""

    def __init__(self, run: Run, lease: Lease, storage: Storage, listener: ProgressListener) -> None:
        self._run = run
        self._lease = lease
        self._storage = storage
        self._progress = RunProgress(run, lease, listener, OWN_STAGES + len(run.rule_set.document["passes"]))
        self._times: list[tuple[str, float]] = []
        self._kept: Results | None = None
        self._withheld = 0

    def compute_and_stage(self) -> None:
        with self._timed("Reading"):
            sweep_staged(self._run, self._lease.heartbeat)
            read = run_input(self._run, self._storage)
        found = self._match(read)
        with self._timed("Saving"):
            self._kept = stages.begin_publishing(self._run, read, found)
            self._withheld = found.groups.num_rows - self._kept.groups.num_rows
            stage(self._run, self._kept, self._lease, self._saved)

    def publish(self, now: datetime) -> None:
        """Inside the acknowledging transaction."""
        self._require_wanted(Run.objects.select_for_update().get(pk=self._run.pk).cancel_requested)
        stages.complete(self._run, self._kept, self._withheld, self._times, now)

    def _match(self, read: RunInput) -> Results:
        outcome = match(
            read.left,
            read.right,
            read.rules,
            never=read.never,
            cut_off=self._run.cut_off,
            on_progress=self._progress,
            is_cancelled=self._progress.is_cancelled,
        )
        self._times.extend(outcome.stages)
        return results_of(outcome)

    def _saved(self, share: float) -> None:
        self._progress("Saving", share)
        self._require_wanted(self._progress.is_cancelled())

    def _require_wanted(self, is_cancelled: bool) -> None:
        if is_cancelled:
            raise Cancelled

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        self._progress(name, 0)
        start = time.perf_counter()
        yield
        self._times.append((name, round(time.perf_counter() - start, 3)))
