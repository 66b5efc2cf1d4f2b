"""Read models that are computed from events alone: `manage.py projections` lists and rebuilds them."""

from django.db.models import F

from cqrs.projections import Intake, Projection
from projects.events import ProjectDeleted
from projects.ids import ProjectId
from reconciliation.events import (
    ConfirmationTakenBack,
    FileUploaded,
    MatchConfirmed,
    MatchMade,
    MatchRejected,
    MatchUndone,
    RunStarted,
)
from reconciliation.models.activity_row import ActivityRow


class Activity(Projection[ActivityRow], name="reconciliation.activity"):
    """What was done in each project, by day and person."""


@Activity.takes(FileUploaded)
def count_file(event: FileUploaded, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "files")


@Activity.takes(RunStarted)
def count_run(event: RunStarted, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "runs")


@Activity.takes(MatchConfirmed)
def count_confirmation(event: MatchConfirmed, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "confirmed")


@Activity.takes(MatchRejected)
def count_rejection(event: MatchRejected, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "rejected")


@Activity.takes(MatchMade)
def count_match_by_hand(event: MatchMade, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "matched")


@Activity.takes(MatchUndone)
def count_undoing(event: MatchUndone, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "undone")


@Activity.takes(ConfirmationTakenBack)
def count_taking_back(event: ConfirmationTakenBack, into: Intake[ActivityRow]) -> None:
    _count(event.project_id, into, "undone")


@Activity.takes(ProjectDeleted)
def forget_project(event: ProjectDeleted, into: Intake[ActivityRow]) -> None:
    into.rows.filter(project_id=event.project_id).delete()


def _count(project_id: ProjectId, into: Intake[ActivityRow], what: str) -> None:
    stored = into.stored
    person = stored.actor_name if stored.actor_kind == "user" else ""
    row, _ = into.rows.get_or_create(project_id=project_id, day=stored.at.date(), person=person)
    into.rows.filter(pk=row.pk).update(**{what: F(what) + 1})
