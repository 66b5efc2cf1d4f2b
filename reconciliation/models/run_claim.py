from dataclasses import dataclass
from typing import Self

from django.db import transaction

from cqrs import LeaseLostError
from reconciliation.models.run import Run, RunStatus
from reconciliation.models.shared_lock import shared_lock


class RunTakenOverError(LeaseLostError):
    """Another worker has taken the run up, or its project is gone: this worker's rows are no longer wanted."""


@dataclass(frozen=True)
class RunClaim:
    """One worker's hold on a run. Taking it again, after a crash, ends the hold of whoever had it before."""

    run: Run

    @classmethod
    def take(cls, run_id: int) -> Self | None:
        """Nothing when there is nothing to do: over already, or deleted with its project."""
        with transaction.atomic():
            run = Run.objects.select_for_update(of=("self",)).select_related("rule_set").filter(pk=run_id).first()
            if run is None or not run.is_active:
                return None
            run.status = RunStatus.RUNNING
            run.attempt += 1
            run.progress = 0
            run.save(update_fields=["status", "attempt", "progress"])
        return cls(run)

    @classmethod
    def take_undoing(cls, run_id: int) -> Self | None:
        """A run that is being taken back; nothing when it is undone already, or deleted with its project."""
        with transaction.atomic():
            run = Run.objects.select_for_update().filter(pk=run_id, status=RunStatus.UNDOING).first()
            if run is None:
                return None
            run.attempt += 1
            run.save(update_fields=["attempt"])
        return cls(run)

    def hold(self) -> None:
        """Keep the run from being taken over until the transaction ends, or raise. Others may hold it as well."""
        if not shared_lock(Run.objects.filter(pk=self.run.pk, attempt=self.run.attempt)):
            raise RunTakenOverError(str(self.run.pk))

    def update(self, **columns: object) -> None:
        """Change the run's row, which stays locked until the transaction ends, or raise."""
        if not Run.objects.filter(pk=self.run.pk, attempt=self.run.attempt).update(**columns):
            raise RunTakenOverError(str(self.run.pk))
        for name, value in columns.items():
            setattr(self.run, name, value)
