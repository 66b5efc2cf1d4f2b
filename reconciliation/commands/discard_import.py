from cqrs import Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import ImportDiscarded
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportStatus


class DiscardImport(Command[None], requires=project_role(Role.PREPARER)):
    """Set aside a file that was uploaded but not committed; the file and its history are kept."""

    project_id: ProjectId
    import_id: ImportId
    reason: str = ""


@DiscardImport.handler
def discard_import(command: DiscardImport) -> None:
    pending = Import.pending(command.project_id, command.import_id)
    pending.status = ImportStatus.DISCARDED
    pending.save(update_fields=["status"])
    event_bus.publish(
        ImportDiscarded(
            project_id=command.project_id,
            source_id=SourceId(pending.source_id),
            import_id=command.import_id,
            file_name=pending.file_name,
            reason=command.reason,
        )
    )
