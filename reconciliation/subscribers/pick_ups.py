"""Looks into the folder of a source: what is there, what has stopped changing, what of it may be imported."""

from datetime import timedelta

from django.conf import settings

from cqrs import Clock, Lease, event_bus
from reconciliation.events import (
    FileImported,
    FilesSettling,
    ImportCancelled,
    ImportDiscarded,
    ImportFailed,
    PickUpDue,
    PickUpFailed,
)
from reconciliation.folders import FolderAwayError, FolderRefusedError, Folders, FoundFile
from reconciliation.models import Import, PickedFile, PickedStatus, PickUp, WhenDone
from reconciliation.subscribers.picked_files import bring_in


@PickUpDue.worker(
    key="reconciliation.look_for_files", long=True, order_by=lambda event: f"source:{event.source_id}", max_attempts=3
)
def look_for_files(event: PickUpDue, lease: Lease, clock: Clock, folders: Folders) -> None:
    wanted = PickUp.objects.select_related("source").filter(project_id=event.project_id, source_id=event.source_id)
    pick_up = wanted.filter(enabled=True).first()
    if pick_up is None:
        return
    try:
        settling = False
        for file in folders.files(pick_up.url, pick_up.pattern, pick_up.project_id):
            settling |= _look_at(pick_up, file, clock, folders)
            lease.heartbeat()
    except (FolderAwayError, FolderRefusedError) as error:
        with lease.acknowledging():
            _note_failure(event, pick_up, str(error))
        return
    with lease.acknowledging():
        PickUp.objects.filter(pk=pick_up.pk).update(looked_at=clock.now(), error="")
        if settling:
            event_bus.publish(FilesSettling(project_id=event.project_id, source_id=event.source_id))


def _look_at(pick_up: PickUp, file: FoundFile, clock: Clock, folders: Folders) -> bool:
    """Whether the file has to be looked at once more: it is new or changed, or was seen only just now."""
    seen = pick_up.files.filter(name=file.name).first()
    now = clock.now()
    if seen is None or (seen.size, seen.stamp) != (file.size, file.stamp):
        settling = {"size": file.size, "stamp": file.stamp, "status": PickedStatus.SETTLING, "seen_at": now}
        pick_up.files.update_or_create(name=file.name, defaults={**settling, "import_id": None, "error": ""})
        return True
    if seen.status != PickedStatus.SETTLING:
        return False
    if now - seen.seen_at < timedelta(seconds=settings.PICK_UP_SETTLE_SECONDS):
        return True
    return bring_in(pick_up, seen, folders)


def _note_failure(event: PickUpDue, pick_up: PickUp, reason: str) -> None:
    """Once for each reason: a folder that stays away for a week is one event."""
    if pick_up.error != reason:
        PickUp.objects.filter(pk=pick_up.pk).update(error=reason)
        event_bus.publish(PickUpFailed(project_id=event.project_id, source_id=event.source_id, reason=reason))


@FileImported.worker(key="reconciliation.put_picked_file_away", long=True)
def put_picked_file_away(event: FileImported, lease: Lease, folders: Folders) -> None:
    """The file is done with: where that is wished it leaves the folder."""
    errors = {
        picked.pk: _moved(picked, Import.objects.get(pk=event.import_id).sha256, folders)
        for picked in PickedFile.objects.select_related("pick_up").filter(import_id=event.import_id)
    }
    with lease.acknowledging():
        for number, error in errors.items():
            PickedFile.objects.filter(pk=number).update(status=PickedStatus.IMPORTED, error=error)


def _moved(picked: PickedFile, sha256: str, folders: Folders) -> str:
    """What prevented it; that the records are there stands all the same."""
    pick_up = picked.pick_up
    if pick_up.when_done == WhenDone.LEAVE:
        return ""
    try:
        folders.put_away(pick_up.url, picked.name, sha256[:8], pick_up.project_id)
    except (FolderAwayError, FolderRefusedError) as error:
        return f"It was imported, but not moved: {error}"
    return ""


def note_end(event: ImportFailed | ImportDiscarded | ImportCancelled) -> None:
    """What did not become records is a person's business now; the file is taken again only when it changes."""
    reason = event.reason if not isinstance(event, ImportCancelled) else "Somebody cancelled its import."
    picked = PickedFile.objects.filter(import_id=event.import_id)
    picked.update(status=PickedStatus.REFUSED, error=reason or "Somebody discarded its import.")


for ended in (ImportFailed, ImportDiscarded, ImportCancelled):
    ended.subscriber(note_end)
