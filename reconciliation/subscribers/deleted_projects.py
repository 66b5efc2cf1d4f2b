"""A deleted project takes its reconciliation with it: rows in short transactions, then the files nobody else has."""

from django.db import transaction
from django.db.models import F, Q

from cqrs import Lease
from projects.events import ProjectDeleted
from reconciliation.models import (
    Adjustment,
    AutomaticRuns,
    DatabaseConnection,
    Extraction,
    Import,
    ImportStatus,
    MatchGroup,
    MatchLeg,
    NeverPair,
    PickUp,
    QualityRules,
    Record,
    RefusedGroup,
    RejectedLineRow,
    ResumableUpload,
    RetiredRecord,
    RuleSetVersion,
    Run,
    Simulation,
    Source,
    SourceMapping,
    Tally,
)
from reconciliation.models.bulk import delete_range
from reconciliation.storage import Storage

GROUPS_AT_ONCE = 5_000
_KEYS = ("original_key", "snapshot_key", "duplicates_key")


@ProjectDeleted.worker(key="reconciliation.delete_reconciliation", long=True)
def delete_reconciliation(event: ProjectDeleted, lease: Lease, storage: Storage) -> None:
    _stop_writers(event.project_id)
    _delete_groups(event.project_id, lease)
    _delete_records(event.project_id, lease)
    # The rows that name the files go last: an attempt that is killed before is taken up again and finds them.
    for key in _files(event.project_id):
        if not _is_shared(event.project_id, key):
            storage.delete(key)
        lease.heartbeat()
    _delete_the_rest(event.project_id)


def _stop_writers(project_id: int) -> None:
    """A worker that still reads a file or matches finds that its work is no longer wanted."""
    Import.objects.filter(project_id=project_id).update(status=ImportStatus.DISCARDED, attempt=F("attempt") + 1)
    Run.objects.filter(project_id=project_id).update(cancel_requested=True)
    Simulation.objects.filter(project_id=project_id).update(cancel_requested=True)


def _delete_groups(project_id: int, lease: Lease) -> None:
    groups = MatchGroup.objects.filter(project_id=project_id).order_by("id")
    while ids := list(groups.values_list("id", flat=True)[:GROUPS_AT_ONCE]):
        block = {"project_id": project_id, "group_id__gte": ids[0], "group_id__lte": ids[-1]}
        with transaction.atomic():
            MatchLeg.objects.filter(**block).delete()
            Adjustment.objects.filter(**block).delete()
            groups.filter(id__gte=ids[0], id__lte=ids[-1]).order_by().delete()
        lease.heartbeat()


def _delete_records(project_id: int, lease: Lease) -> None:
    blocks = Import.objects.filter(project_id=project_id, first_record_id__isnull=False)
    for first, count in blocks.values_list("first_record_id", "records"):
        delete_range(Record, first or 0, count, between=lambda _rows: lease.heartbeat())


def _files(project_id: int) -> list[str]:
    pairs = Import.objects.filter(project_id=project_id).values_list(*_KEYS)
    return sorted({key for pair in pairs for key in pair if key})


def _is_shared(project_id: int, key: str) -> bool:
    others = Import.objects.exclude(project_id=project_id)
    return others.filter(Q(original_key=key) | Q(snapshot_key=key) | Q(duplicates_key=key)).exists()


@transaction.atomic
def _delete_the_rest(project_id: int) -> None:
    """Small tables, what points at something before what it points at."""
    AutomaticRuns.objects.filter(project_id=project_id).delete()
    NeverPair.objects.filter(project_id=project_id).delete()
    RefusedGroup.objects.filter(project_id=project_id).delete()
    Simulation.objects.filter(project_id=project_id).delete()
    Tally.objects.filter(project_id=project_id).delete()
    QualityRules.objects.filter(project_id=project_id).delete()
    RetiredRecord.objects.filter(project_id=project_id).delete()
    Run.objects.filter(project_id=project_id).delete()
    RuleSetVersion.objects.filter(project_id=project_id).delete()
    RejectedLineRow.objects.filter(of_import__project_id=project_id).delete()
    Import.objects.filter(project_id=project_id).delete()
    PickUp.objects.filter(project_id=project_id).delete()
    Extraction.objects.filter(project_id=project_id).delete()
    DatabaseConnection.objects.filter(project_id=project_id).delete()  # with its sealed password
    ResumableUpload.objects.filter(project_id=project_id).delete()  # the sweep finds its parts
    SourceMapping.objects.filter(source__project_id=project_id).delete()
    Source.objects.filter(project_id=project_id).delete()
