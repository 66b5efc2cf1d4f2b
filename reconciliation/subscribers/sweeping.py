"""Removes what was uploaded and never used: unfinished uploads, and stored files that no import has."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings

from cqrs import Clock, Lease, event_bus
from reconciliation.events import SweepDue, UploadsSwept
from reconciliation.models import Import, ResumableUpload
from reconciliation.storage import Storage


@SweepDue.worker(key="reconciliation.sweep_uploads", long=True, order_by=lambda _event: "uploads", max_attempts=3)
def sweep_uploads(_event: SweepDue, lease: Lease, clock: Clock, storage: Storage) -> None:
    uploads = _sweep_expired(clock, lease)
    kept = {key for parts in ResumableUpload.objects.values_list("parts", flat=True) for key in parts}
    files = _delete_old((key for key in storage.part_keys() if key not in kept), storage, lease)
    used = _used_keys()
    files += _delete_old((key for key in storage.stored_keys() if key not in used), storage, lease)
    storage.sweep_incoming(timedelta(hours=settings.UPLOAD_RETENTION_HOURS))
    with lease.acknowledging():
        event_bus.publish(UploadsSwept(uploads=uploads, files=files))


def _sweep_expired(clock: Clock, lease: Lease) -> int:
    expired = ResumableUpload.objects.filter(expires_at__lte=clock.now())
    count = 0
    for upload in expired.order_by("pk"):
        upload.delete()  # its parts are nobody's now
        lease.heartbeat()
        count += 1
    return count


def _delete_old(keys: Iterable[str], storage: Storage, lease: Lease) -> int:
    """What is young may be about to be used: its import's row is written after it."""
    longest, count = timedelta(hours=settings.UPLOAD_RETENTION_HOURS), 0
    for key in keys:
        lease.heartbeat()
        if storage.age(key) > longest:
            storage.delete(key)
            count += 1
    return count


def _used_keys() -> set[str]:
    """By any import, whatever became of it: also a discarded one can be looked at."""
    fields = [field.name for field in Import._meta.fields if field.name.endswith("_key")]  # noqa: SLF001  Django documents it as public
    return {key for keys in Import.objects.values_list(*fields).iterator() for key in keys if key}
