"""People's decisions and a run's publication keep out of each other's way, project by project."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from cqrs import ConflictError, NotFoundError
from projects.ids import ProjectId
from reconciliation.models import MatchLeg, Record, Run, RunStatus

# Advisory locks share one space of 64-bit numbers: the upper half says what is locked, the lower which project.
_DECISIONS = 0x6D617463 << 32


class RunPublishingError(ConflictError):
    """A run is writing its results, or is being taken back, just now. Try again in a few seconds."""


class RecordNotFoundError(NotFoundError):
    """There is no such record in this project."""


class RecordTakenError(ConflictError):
    """One of the records belongs to another confirmed match by now. Look at it again."""


def enter_decision(project_id: ProjectId) -> None:
    """Be counted as a decision until the transaction ends; refused while a run publishes or is being taken back."""
    _lock("SELECT pg_advisory_xact_lock_shared(%s)", project_id)
    under_way = Q(status=RunStatus.PUBLISHING) | Q(status=RunStatus.UNDOING, undone=False)
    if Run.objects.filter(under_way, project_id=project_id).exists():
        raise RunPublishingError


def shut_out_decisions(project_id: ProjectId) -> None:
    """Wait for the decisions under way; new ones wait until our transaction ends."""
    _lock("SELECT pg_advisory_xact_lock(%s)", project_id)


def _lock(statement: str, project_id: ProjectId) -> None:
    if connection.vendor != "postgresql":
        return  # a transaction that writes has SQLite for itself from its first statement
    with connection.cursor() as cursor:
        cursor.execute(statement, [_DECISIONS + project_id])


def lock_records(project_id: ProjectId, record_ids: Iterable[int]) -> dict[int, Record]:
    """The records, locked in id order until the transaction ends."""
    wanted = sorted(set(record_ids))
    records = Record.objects.published(project_id).filter(id__in=wanted).order_by("id").select_for_update()
    found = {record.id: record for record in records}
    if missing := [record_id for record_id in wanted if record_id not in found]:
        raise RecordNotFoundError(", ".join(map(str, missing)))
    return found


def require_open(project_id: ProjectId, record_ids: Iterable[int]) -> None:
    """I1: no confirmed group uses any of the (locked) records up."""
    legs = MatchLeg.objects.of_project(project_id).filter(record_id__in=list(record_ids), confirmed=True, closes=True)
    if taken := sorted(legs.values_list("record_id", flat=True)):
        raise RecordTakenError(", ".join(map(str, taken)))
