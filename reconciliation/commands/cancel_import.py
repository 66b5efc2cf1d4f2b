from cqrs import Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import ImportCancelled, ImportCancelRequested
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportStatus


class ImportNotUnderwayError(ConflictError):
    """The import is not under way; there is nothing to cancel. One that was only proposed can be discarded."""


class CancelImport(Command[None], requires=project_role(Role.PREPARER)):
    """Stop an import: one that waits at once, one that is read at its next step. Nothing of it remains but the file."""

    project_id: ProjectId
    import_id: ImportId


@CancelImport.handler
def cancel_import(command: CancelImport) -> None:
    found = Import.in_project(command.project_id, command.import_id)
    locked = Import.objects.select_for_update().get(pk=found.pk)
    source_id = SourceId(locked.source_id)
    if locked.status == ImportStatus.QUEUED:
        locked.status = ImportStatus.CANCELLED
        locked.save(update_fields=["status"])
        event_bus.publish(
            ImportCancelled(
                project_id=command.project_id,
                source_id=source_id,
                import_id=command.import_id,
                file_name=locked.file_name,
            )
        )
    elif locked.status == ImportStatus.READING:
        locked.cancel_requested = True
        locked.save(update_fields=["cancel_requested"])
        event_bus.publish(
            ImportCancelRequested(project_id=command.project_id, source_id=source_id, import_id=command.import_id)
        )
    else:
        raise ImportNotUnderwayError(f"{locked.file_name} is {locked.get_status_display().lower()}.")
