from typing import Any

from cqrs import Command, InvalidMessageError
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.formats import InvalidMappingError, UnreadableFileError
from reconciliation.ids import ImportId
from reconciliation.intake.proposal import Proposal, revise
from reconciliation.models import Import, ImportStatus
from reconciliation.storage import Storage


class ChangeMapping(Command[None], requires=project_role(Role.PREPARER)):
    """Say how the file is to be read; what the mapping now decides is no longer asked."""

    project_id: ProjectId
    import_id: ImportId
    mapping: dict[str, Any]


@ChangeMapping.handler
def change_mapping(command: ChangeMapping, storage: Storage) -> None:
    pending = Import.pending(command.project_id, command.import_id)
    for column, value in _proposal(command, pending, storage).columns().items():
        setattr(pending, column, value)
    pending.status = ImportStatus.PROPOSED
    pending.error = ""
    pending.save()


def _proposal(command: ChangeMapping, pending: Import, storage: Storage) -> Proposal:
    try:
        return revise(storage.path(pending.original_key), pending, command.mapping)
    except (InvalidMappingError, UnreadableFileError) as error:
        raise InvalidMessageError({"mapping": [str(error)]}) from error
