"""A run as a list shows it and as its own page starts."""

from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.ids import RuleSetId, RunId
from reconciliation.models import Run


@dataclass(frozen=True, kw_only=True)
class StageTime:
    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """`progress` is percent. The counts of groups are those of the run's completion; `withheld_groups` were found but
    left out, because people decided on their records meanwhile; `notes` tell of limits that the run met. Of a run that
    was taken back, `taken_back_groups` are gone and `standing_groups` stand, because people had decided on them.
    """

    id: RunId
    status: str
    rule_set_id: RuleSetId
    rule_set_name: str
    rule_set_version: int
    left_source: str | None
    right_source: str | None
    cut_off: date | None
    started_by: str
    created_at: datetime
    completed_at: datetime | None
    progress: int
    stage: str
    stages: tuple[StageTime, ...]
    confirmed_groups: int
    suggested_groups: int
    withheld_groups: int
    notes: tuple[str, ...]
    cancel_requested: bool
    error: str
    undone_by: str
    undone_at: datetime | None
    undone_because: str
    taken_back_groups: int
    standing_groups: int


def run_row(run: Run) -> RunRow:
    """`run` comes with its rule set and its sources."""
    return RunRow(
        id=RunId(run.pk),
        status=run.status,
        rule_set_id=RuleSetId(run.rule_set_id),
        rule_set_name=run.rule_set.name,
        rule_set_version=run.rule_set.version,
        left_source=run.left_source.name if run.left_source else None,
        right_source=run.right_source.name if run.right_source else None,
        cut_off=run.cut_off,
        started_by=run.started_by_name,
        created_at=run.created_at,
        completed_at=run.completed_at,
        progress=run.progress,
        stage=run.stage,
        stages=tuple(StageTime(name=stage["name"], seconds=stage["seconds"]) for stage in run.stages),
        confirmed_groups=run.figures.get("confirmed_groups", 0),
        suggested_groups=run.figures.get("suggested_groups", 0),
        withheld_groups=run.figures.get("withheld_groups", 0),
        notes=tuple(run.notes),
        cancel_requested=run.cancel_requested,
        error=run.error,
        undone_by=run.undone_by_name,
        undone_at=run.undone_at,
        undone_because=run.undone_because,
        taken_back_groups=run.figures.get("taken_back_groups", 0),
        standing_groups=run.figures.get("standing_groups", 0),
    )
