from typing import Any

from cqrs import Actor, Command, InvalidMessageError
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.formats import InvalidMappingError, Mapping, UnreadableFileError
from reconciliation.ids import ImportId
from reconciliation.intake.proposal import decided_by
from reconciliation.intake.trial import Trial, try_out
from reconciliation.models import Import, ImportStatus, RejectedLineRow
from reconciliation.storage import Storage


class ChangeMapping(Command[None], requires=project_role(Role.PREPARER)):
    """Say how the file is to be read. Keys of the mapping document that are left out stay as they are; what the
    given ones decide is no longer asked.
    """

    project_id: ProjectId
    import_id: ImportId
    mapping: dict[str, Any]


@ChangeMapping.handler
def change_mapping(command: ChangeMapping, actor: Actor, storage: Storage) -> None:
    pending = Import.pending(command.project_id, command.import_id)
    before = Mapping.from_document(pending.mapping)
    trial = _trial(command, pending, before, storage)
    for column, value in trial.columns().items():
        setattr(pending, column, value)
    pending.evidence = decided_by(actor.name, pending.evidence, before, trial.mapping)
    pending.status = ImportStatus.PROPOSED
    pending.error = ""
    pending.save()
    RejectedLineRow.replace(pending, trial.rejected_lines)


def _trial(command: ChangeMapping, pending: Import, before: Mapping, storage: Storage) -> Trial:
    try:
        mapping = before.with_answers(command.mapping)
        return try_out(storage.path(pending.original_key), pending.file_name, mapping)
    except (InvalidMappingError, UnreadableFileError) as error:
        raise InvalidMessageError(fields={"mapping": [str(error)]}) from error
