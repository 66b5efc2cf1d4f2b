from cqrs import Command, ConflictError, DomainError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import ImportRequested
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportStatus


class FileAlreadyCommittedError(ConflictError):
    """The same file was committed to this source meanwhile. Discard this import: it would add nothing."""


class MappingQuestionsOpenError(DomainError):
    """The file can be read in more than one way. Answer the open questions in the mapping, then commit."""


class CommitImport(Command[None], requires=project_role(Role.PREPARER)):
    """Read the whole file with its mapping, in the background; its records appear together when it is done."""

    project_id: ProjectId
    import_id: ImportId


@CommitImport.handler
def commit_import(command: CommitImport) -> None:
    pending = Import.pending(command.project_id, command.import_id)
    questions = pending.open_questions()
    if questions:
        raise MappingQuestionsOpenError(" ".join(question["text"] for question in questions))
    if Import.objects.filter(source=pending.source, sha256=pending.sha256, status=ImportStatus.COMMITTED).exists():
        raise FileAlreadyCommittedError(pending.file_name)

    pending.status = ImportStatus.QUEUED
    pending.error = ""
    pending.progress = 0
    pending.tries = 0
    pending.cancel_requested = False
    pending.save(update_fields=["status", "error", "progress", "tries", "cancel_requested"])
    event_bus.publish(
        ImportRequested(
            project_id=command.project_id, source_id=SourceId(pending.source_id), import_id=command.import_id
        )
    )
