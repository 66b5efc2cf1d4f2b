"""A run's way through its states, one short transaction each."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import transaction

from cqrs import event_bus
from projects.ids import ProjectId
from reconciliation.decisions.locks import shut_out_decisions
from reconciliation.engine import Cancelled
from reconciliation.events import RunCancelled, RunCompleted, RunFailed
from reconciliation.ids import RunId
from reconciliation.models import GroupStatus, IdBlock, Run, RunStatus
from reconciliation.models.run_claim import RunClaim
from reconciliation.models.tallies import Counted, fold
from reconciliation.runs.input import RunInput, decided_since
from reconciliation.runs.results import Results, without_records


@dataclass(frozen=True)
class Staged:
    """What is written and waits to be published; `withheld` groups were left out for people's decisions."""

    kept: Results
    withheld: int
    times: list[dict[str, object]]
    confirmed: list[Counted]
    suggested: list[Counted]


def begin_publishing(claim: RunClaim, read: RunInput, found: Results) -> Results:
    """From here until the run is published people's decisions are refused; those made before are kept."""
    count = found.groups.num_rows
    first_group_id = IdBlock.reserve(IdBlock.GROUPS, count)
    with transaction.atomic():
        shut_out_decisions(ProjectId(claim.run.project_id))
        claim.update(status=RunStatus.PUBLISHING, staged=True, first_group_id=first_group_id, group_count=count)
        decided = decided_since(claim.run, read, found.legs["record_id"].to_numpy())
    return without_records(found, decided)


def complete(claim: RunClaim, staged: Staged, now: datetime) -> None:
    """Inside the acknowledging transaction: the rows appear, the last run's suggestions disappear."""
    figures = {
        "confirmed_groups": staged.kept.count(GroupStatus.CONFIRMED),
        "suggested_groups": staged.kept.count(GroupStatus.SUGGESTED),
        "withheld_groups": staged.withheld,
    }
    claim.update(figures=figures, stages=staged.times, notes=list(staged.kept.notes), staged=False)
    if Run.objects.filter(pk=claim.run.pk, cancel_requested=True).exists():
        raise Cancelled

    _replace_suggestions(claim.run)
    fold(claim.run.project_id, staged.confirmed, staged.suggested)
    claim.update(status=RunStatus.COMPLETED, progress=100, stage="", error="", completed_at=now)
    event_bus.publish(RunCompleted(**_ids(claim), **figures))


def _replace_suggestions(run: Run) -> None:
    """Those of the run before this one; what that one replaced itself is marked already."""
    earlier = Run.objects.filter(project_id=run.project_id, status=RunStatus.COMPLETED, id__lt=run.pk)
    if last := earlier.order_by("-id").first():
        Run.objects.filter(pk=last.pk).update(superseded=True)


def cancel(claim: RunClaim, now: datetime) -> None:
    claim.update(status=RunStatus.CANCELLED, stage="", completed_at=now)
    event_bus.publish(RunCancelled(**_ids(claim)))


def fail(claim: RunClaim, reason: str, now: datetime) -> None:
    claim.update(status=RunStatus.FAILED, stage="", error=reason, completed_at=now)
    event_bus.publish(RunFailed(**_ids(claim), reason=reason))


def put_back(claim: RunClaim, error: Exception) -> None:
    """An attempt broke off: let people decide again, and say what happened, until the next attempt."""
    claim.update(status=RunStatus.QUEUED, stage="Waiting to be tried again", error=f"{type(error).__name__}: {error}")


def hand_back(claim: RunClaim) -> None:
    """Its worker was told to stop: another one takes it up, and this attempt does not count against the run."""
    claim.update(
        status=RunStatus.QUEUED, stage="Waiting for another worker", handed_back=claim.run.handed_back + 1, error=""
    )


class _Ids(TypedDict):
    project_id: ProjectId
    run_id: RunId


def _ids(claim: RunClaim) -> _Ids:
    return _Ids(project_id=ProjectId(claim.run.project_id), run_id=RunId(claim.run.pk))
