"""A run's way through its states, one short transaction each. Nobody else writes to an active run but `CancelRun`."""

from datetime import datetime

from django.db import transaction

from cqrs import event_bus
from projects.ids import ProjectId
from reconciliation.decisions.locks import shut_out_decisions
from reconciliation.events import RunCancelled, RunCompleted, RunFailed
from reconciliation.ids import RunId
from reconciliation.models import GroupStatus, IdBlock, Run, RunStatus
from reconciliation.runs.input import RunInput, decided_since
from reconciliation.runs.results import Results, without_records

MOST_ATTEMPTS = 3


def take_up(run_id: RunId) -> Run | None:
    """The run, now ours to compute; None when it is over already."""
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=run_id)
        if not run.is_active:
            return None
        run.status = RunStatus.RUNNING
        run.progress, run.stage = 0, "Reading"
        run.attempts += 1
        run.save(update_fields=["status", "progress", "stage", "attempts"])
    return run


def begin_publishing(run: Run, read: RunInput, found: Results) -> Results:
    """From here until the run is published people's decisions are refused; those made before are kept."""
    first_group_id = IdBlock.reserve(IdBlock.GROUPS, found.groups.num_rows)
    with transaction.atomic():
        shut_out_decisions(ProjectId(run.project_id))
        run.status = RunStatus.PUBLISHING
        run.staged, run.first_group_id, run.group_count = True, first_group_id, found.groups.num_rows
        run.save(update_fields=["status", "staged", "first_group_id", "group_count"])
        decided = decided_since(run, read)
    return without_records(found, decided)


def complete(run: Run, kept: Results, withheld: int, stages: list[tuple[str, float]], now: datetime) -> None:
    """Inside the acknowledging transaction: the rows appear, the last run's suggestions disappear."""
    replaced = Run.objects.filter(project_id=run.project_id, status=RunStatus.COMPLETED).order_by("-id")[:1]
    Run.objects.filter(pk__in=list(replaced.values_list("pk", flat=True))).update(superseded=True)
    run.figures = {
        "confirmed_groups": kept.count(GroupStatus.CONFIRMED),
        "suggested_groups": kept.count(GroupStatus.SUGGESTED),
        "withheld_groups": withheld,
    }
    run.status, run.staged, run.progress, run.stage = RunStatus.COMPLETED, False, 100, ""
    run.stages, run.error, run.completed_at = stages, "", now
    run.save(update_fields=["figures", "status", "staged", "progress", "stage", "stages", "error", "completed_at"])
    event_bus.publish(RunCompleted(project_id=ProjectId(run.project_id), run_id=RunId(run.pk), **run.figures))


def cancel(run: Run, now: datetime) -> None:
    _end(run, RunStatus.CANCELLED, "", now)
    event_bus.publish(RunCancelled(project_id=ProjectId(run.project_id), run_id=RunId(run.pk)))


def fail(run: Run, reason: str, now: datetime) -> None:
    _end(run, RunStatus.FAILED, reason, now)
    event_bus.publish(RunFailed(project_id=ProjectId(run.project_id), run_id=RunId(run.pk), reason=reason))


def put_back(run: Run, error: Exception) -> None:
    """An attempt broke off: let people decide again, and say what happened, until the next attempt."""
    Run.objects.filter(pk=run.pk, status__in=(RunStatus.RUNNING, RunStatus.PUBLISHING)).update(
        status=RunStatus.QUEUED, stage="Waiting to be tried again", error=f"{type(error).__name__}: {error}"
    )


def _end(run: Run, status: RunStatus, error: str, now: datetime) -> None:
    run.status, run.error, run.stage, run.completed_at = status, error, "", now
    run.save(update_fields=["status", "error", "stage", "completed_at"])
