from collections.abc import Iterator

from cqrs import Actor, Clock, Command, ConflictError, DomainError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.families import root_of
from reconciliation.corrections.lines import lock_committed
from reconciliation.events import FileUploaded
from reconciliation.formats import Mapping, UnreadableFileError
from reconciliation.ids import ImportId, SourceId
from reconciliation.intake.proposal import Proposal, propose
from reconciliation.intake.reuse import SavedMapping
from reconciliation.models import Import, ImportKind, ImportStatus, RejectedLineRow
from reconciliation.storage import FileMissingError, Storage, key_of


class SameFileError(ConflictError):
    """The source has exactly this file already: there is nothing to correct."""


class CorrectedFileUnreadableError(DomainError):
    """The corrected file could not be read as a list of transactions."""


class AmendImport(Command[ImportId], requires=project_role(Role.PREPARER)):
    """Propose a corrected file in the place of an imported one. Its bytes are in the storage already.

    Nothing changes before the proposal is committed: see DiffAmendment for what will.
    """

    project_id: ProjectId
    import_id: ImportId
    file_name: str
    sha256: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.file_name.strip():
            yield "file_name", "The file has no name."


@AmendImport.handler
def amend_import(command: AmendImport, actor: Actor, clock: Clock, storage: Storage) -> ImportId:
    amended = lock_committed(command.project_id, command.import_id)
    same = Import.objects.filter(source_id=amended.source_id, sha256=command.sha256, status=ImportStatus.COMMITTED)
    if same.exists():
        raise SameFileError(command.file_name)
    proposal = _proposal(command, amended, storage)
    proposed = Import.objects.create(
        project_id=command.project_id,
        source_id=amended.source_id,
        kind=ImportKind.AMENDMENT,
        parent_id=root_of(amended),
        file_name=command.file_name.strip()[-255:],
        sha256=command.sha256,
        size=storage.size(key_of(command.sha256)),
        original_key=key_of(command.sha256),
        uploaded_by=actor.user_id,
        uploaded_by_name=actor.name,
        created_at=clock.now(),
        **proposal.columns(),
    )
    RejectedLineRow.replace(proposed, proposal.trial.rejected_lines)
    import_id = ImportId(proposed.pk)
    event_bus.publish(
        FileUploaded(
            project_id=command.project_id,
            source_id=SourceId(amended.source_id),
            import_id=import_id,
            file_name=proposed.file_name,
            sha256=command.sha256,
        )
    )
    return import_id


def _proposal(command: AmendImport, amended: Import, storage: Storage) -> Proposal:
    """With the mapping of the file that is corrected, where that fits: its lines are to be compared."""
    versions = amended.source.mappings.order_by("-version")
    version = next((saved.version for saved in versions if saved.document == amended.mapping), 0)
    saved = SavedMapping(version, Mapping.from_document(amended.mapping))
    try:
        return propose(storage.path(key_of(command.sha256)), command.file_name, saved, amended.source.currency)
    except (FileMissingError, UnreadableFileError) as error:
        raise CorrectedFileUnreadableError(str(error)) from error
