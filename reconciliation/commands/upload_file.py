from collections.abc import Iterator

from cqrs import Actor, Clock, Command, ConflictError, DomainError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import FileUploaded
from reconciliation.formats import Mapping, UnreadableFileError
from reconciliation.ids import ImportId, SourceId
from reconciliation.intake.proposal import Proposal, propose
from reconciliation.intake.reuse import SavedMapping
from reconciliation.models import Import, ImportStatus, RejectedLineRow, Source
from reconciliation.storage import FileMissingError, Storage, key_of


class FileAlreadyImportedError(ConflictError):
    """The source already has exactly this file; importing it again would add nothing."""


class FileNotUnderstoodError(DomainError):
    """The file could not be read as a list of transactions."""


class FileNotStoredError(DomainError):
    """The bytes of the file have not arrived. Upload the file again."""


class UploadFile(Command[ImportId], requires=project_role(Role.PREPARER)):
    """Propose how a file is to be read. Its bytes are in the storage already, under their SHA-256."""

    project_id: ProjectId
    source_id: SourceId
    file_name: str
    sha256: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.file_name.strip():
            yield "file_name", "The file has no name."


@UploadFile.handler
def upload_file(command: UploadFile, actor: Actor, clock: Clock, storage: Storage) -> ImportId:
    source = Source.in_project(command.project_id, command.source_id)
    if Import.objects.filter(source=source, sha256=command.sha256, status=ImportStatus.COMMITTED).exists():
        raise FileAlreadyImportedError(command.file_name)

    proposal = _proposal(command, source, storage)
    uploaded = Import.objects.create(
        project_id=command.project_id,
        source=source,
        file_name=command.file_name.strip()[-255:],
        sha256=command.sha256,
        size=storage.size(key_of(command.sha256)),
        original_key=key_of(command.sha256),
        uploaded_by=actor.user_id,
        uploaded_by_name=actor.name,
        created_at=clock.now(),
        **proposal.columns() | {"warnings": [*proposal.warnings, *_elsewhere(command, source)]},
    )
    RejectedLineRow.replace(uploaded, proposal.trial.rejected_lines)
    import_id = ImportId(uploaded.pk)
    event_bus.publish(
        FileUploaded(
            project_id=command.project_id,
            source_id=command.source_id,
            import_id=import_id,
            file_name=uploaded.file_name,
            sha256=command.sha256,
        )
    )
    return import_id


def _proposal(command: UploadFile, source: Source, storage: Storage) -> Proposal:
    last = source.mappings.order_by("-version").first()
    saved = SavedMapping(last.version, Mapping.from_document(last.document)) if last else None
    try:
        path = storage.path(key_of(command.sha256))
        return propose(path, command.file_name, saved, source.currency, _across(source))
    except FileMissingError as error:
        raise FileNotStoredError(command.file_name) from error
    except UnreadableFileError as error:
        raise FileNotUnderstoodError(str(error)) from error


def _elsewhere(command: UploadFile, source: Source) -> list[str]:
    """A warning where another source has exactly this file: one of the two is the wrong one."""
    committed = Import.objects.filter(
        project_id=command.project_id, sha256=command.sha256, status=ImportStatus.COMMITTED
    )
    names = committed.exclude(source=source).values_list("source__name", flat=True).distinct().order_by("source__name")
    return [f"Exactly this file is imported into {name} already. Was it meant for this source?" for name in names]


def _across(source: Source) -> list[tuple[str, Mapping]]:
    """The sources of the other side, each with the mapping of its last file."""
    others = Source.objects.filter(project_id=source.project_id).exclude(side=source.side)
    last = ((other.name, other.mappings.order_by("-version").first()) for other in others.order_by("name"))
    return [(name, Mapping.from_document(saved.document)) for name, saved in last if saved]
