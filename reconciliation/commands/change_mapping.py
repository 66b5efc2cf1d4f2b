from typing import Any

from cqrs import Actor, Command, InvalidMessageError
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId
from reconciliation.intake.changing import ChangeRefusedError, try_change
from reconciliation.models import Import, ImportStatus, RejectedLineRow
from reconciliation.storage import Storage


class ChangeMapping(Command[None], requires=project_role(Role.PREPARER)):
    """Say how the file is to be read. Keys of the mapping document that are left out stay as they are; what the
    given ones decide is no longer asked. With another encoding, delimiter, sheet or header line the columns are
    detected anew.
    """

    project_id: ProjectId
    import_id: ImportId
    mapping: dict[str, Any]


@ChangeMapping.handler
def change_mapping(command: ChangeMapping, actor: Actor, storage: Storage) -> None:
    pending = Import.pending(command.project_id, command.import_id)
    path = storage.path(pending.original_key)
    try:
        change = try_change(path, pending, command.mapping, actor.name)
    except ChangeRefusedError as error:
        raise InvalidMessageError(fields=error.fields) from error
    for column, value in change.columns().items():
        setattr(pending, column, value)
    pending.status = ImportStatus.PROPOSED
    pending.error = ""
    pending.save()
    RejectedLineRow.replace(pending, change.trial.rejected_lines)
