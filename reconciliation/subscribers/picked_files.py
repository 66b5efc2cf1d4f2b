"""A file of a folder that has stopped changing becomes an import, by the commands that every door sends."""

from django.db import transaction

from cqrs import Actor, DomainError, acting_as, command_bus, event_bus
from projects.ids import ProjectId
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.upload_file import FileAlreadyImportedError, UploadFile
from reconciliation.events import PickedFileRefused, PickedFileWaits
from reconciliation.folders import FolderAwayError, FolderRefusedError, Folders
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportStatus, PickedFile, PickedStatus, PickUp, WhenDone
from reconciliation.receiving import ScannerAwayError, receive

ACTOR = Actor.system("pick-up")
NEW_SOURCE = "The source has no mapping yet: look at what is proposed, and import it."
CHANGED = "The source's mapping does not fit this file: look at what is proposed."
_UNDERWAY = (ImportStatus.PROPOSED, ImportStatus.QUEUED, ImportStatus.READING)


def bring_in(pick_up: PickUp, picked: PickedFile, folders: Folders) -> bool:
    """Whether it has to be looked at once more, because it changed while it was read or could not be checked.

    Raises `FolderAwayError`.
    """
    place = (pick_up.url, picked.name, pick_up.project_id)
    try:
        with folders.reading(*place) as stream:
            stored = receive(stream, picked.name)
    except (FolderAwayError, FolderRefusedError):
        raise
    except ScannerAwayError as error:
        PickedFile.objects.filter(pk=picked.pk).update(error=str(error))
        return True
    except DomainError as refusal:
        with transaction.atomic():
            _refuse(pick_up, picked, refusal)
        return False
    now = folders.file(*place)
    if (now.size, now.stamp) != (picked.size, picked.stamp) or stored.size != picked.size:
        return True
    with acting_as(ACTOR), transaction.atomic():  # all of it or nothing, so that no file comes twice after a crash
        _import(pick_up, picked, stored.sha256)
    if picked.status == PickedStatus.KNOWN and pick_up.when_done == WhenDone.MOVE:
        folders.put_away(*place[:2], stored.sha256[:8], pick_up.project_id)
    return False


def _import(pick_up: PickUp, picked: PickedFile, sha256: str) -> None:
    same = Import.objects.filter(source_id=pick_up.source_id, sha256=sha256, status__in=_UNDERWAY).first()
    if same is not None:
        waiting = same.status == ImportStatus.PROPOSED
        _note(picked, PickedStatus.WAITING if waiting else PickedStatus.QUEUED, import_id=same.pk)
        return
    upload = UploadFile(
        project_id=ProjectId(pick_up.project_id),
        source_id=SourceId(pick_up.source_id),
        file_name=picked.name,
        sha256=sha256,
    )
    try:
        with transaction.atomic():
            import_id = command_bus.dispatch(upload)
    except FileAlreadyImportedError:
        _note(picked, PickedStatus.KNOWN)
    except DomainError as refusal:
        _refuse(pick_up, picked, refusal)
    else:
        _commit(pick_up, picked, import_id)


def _commit(pick_up: PickUp, picked: PickedFile, import_id: ImportId) -> None:
    """Unless a person has to look first."""
    obstacle = _obstacle(pick_up, import_id)
    if not obstacle:
        try:
            with transaction.atomic():
                command_bus.dispatch(CommitImport(project_id=ProjectId(pick_up.project_id), import_id=import_id))
        except DomainError as refusal:
            obstacle = str(refusal)
    if not obstacle:
        _note(picked, PickedStatus.QUEUED, import_id=import_id)
        return
    _note(picked, PickedStatus.WAITING, obstacle, import_id)
    event_bus.publish(
        PickedFileWaits(
            project_id=ProjectId(pick_up.project_id),
            source_id=SourceId(pick_up.source_id),
            import_id=import_id,
            file_name=picked.name,
            reason=obstacle,
        )
    )


def _obstacle(pick_up: PickUp, import_id: ImportId) -> str:
    found = Import.in_project(pick_up.project_id, import_id)
    if questions := found.open_questions():
        return " ".join(question["text"] for question in questions)
    if any(row["decision"] == "mapping" for row in found.evidence):
        return ""
    return CHANGED if found.source.mappings.exists() else NEW_SOURCE


def _refuse(pick_up: PickUp, picked: PickedFile, refusal: DomainError) -> None:
    _note(picked, PickedStatus.REFUSED, str(refusal))
    event_bus.publish(
        PickedFileRefused(
            project_id=ProjectId(pick_up.project_id),
            source_id=SourceId(pick_up.source_id),
            file_name=picked.name,
            reason=str(refusal),
        )
    )


def _note(picked: PickedFile, status: PickedStatus, error: str = "", import_id: int | None = None) -> None:
    picked.status, picked.error, picked.import_id = status, error, import_id
    picked.save(update_fields=["status", "error", "import_id"])
