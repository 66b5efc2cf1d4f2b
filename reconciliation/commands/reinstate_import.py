from collections.abc import Iterator

from cqrs import Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.lines import lock_import
from reconciliation.corrections.regrouping import regroup
from reconciliation.corrections.releasing import block_of, count_out
from reconciliation.corrections.resting import require_family_as_before, require_newest, require_none_came_back
from reconciliation.events import ImportReinstated
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportKind, ImportStatus, Record, RetiredRecord, Tally
from reconciliation.models.tallies import add, counted
from reconciliation.storage import Storage


class NotWithdrawnError(ConflictError):
    """Only a withdrawn file can be reinstated. A repair that was undone is made again."""


class ImportedAgainError(ConflictError):
    """The same file was imported again meanwhile: it is there already."""


class OriginalWithdrawnError(ConflictError):
    """The file that it corrects is withdrawn. Reinstate that one first."""


class CutOverMovedError(ConflictError):
    """The source begins on another day since: what of the file is imported depends on it. Import the file again."""


class ReinstateImport(Command[None], requires=project_role(Role.REVIEWER)):
    """Bring a withdrawn import back: its records are there again, open, with the ids that they had.

    Refused where another file has brought some of its lines meanwhile.
    """

    project_id: ProjectId
    import_id: ImportId
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.reason.strip():
            yield "reason", "Say why the import is reinstated."


@ReinstateImport.handler
def reinstate_import(command: ReinstateImport, storage: Storage) -> None:
    found = lock_import(command.project_id, command.import_id)
    _require_possible(found)
    together = Import.objects.filter(
        parent=found, kind=ImportKind.CORRECTION, status=ImportStatus.WITHDRAWN, withdrawn_at=found.withdrawn_at
    )
    blocks = [found, *together.order_by("pk")]
    if found.kind == ImportKind.AMENDMENT:
        _retire_again(found)
    for block in blocks:
        count_out(command.project_id, block_of(block), sign=1)
        block.status = ImportStatus.COMMITTED
        block.withdrawn_by_name, block.withdrawn_at, block.withdrawal_reason = "", None, ""
        block.save(update_fields=["status", "withdrawn_by_name", "withdrawn_at", "withdrawal_reason"])
    require_none_came_back(blocks, storage)
    event_bus.publish(
        ImportReinstated(
            project_id=command.project_id,
            source_id=SourceId(found.source_id),
            import_id=command.import_id,
            file_name=found.file_name,
            records=sum(block.records for block in blocks),
            reason=command.reason,
        )
    )


def _require_possible(found: Import) -> None:
    if found.status != ImportStatus.WITHDRAWN or found.kind == ImportKind.CORRECTION:
        raise NotWithdrawnError(found.file_name)
    same = Import.objects.filter(source_id=found.source_id, sha256=found.sha256, status=ImportStatus.COMMITTED)
    if same.exists():
        raise ImportedAgainError(found.file_name)
    if found.parent is not None and found.parent.status != ImportStatus.COMMITTED:
        raise OriginalWithdrawnError(found.parent.file_name)
    require_newest(found)
    if found.cut_over_date != found.source.cut_over_date:
        raise CutOverMovedError(found.source.name)
    if found.kind == ImportKind.AMENDMENT:
        require_family_as_before(found)


def _retire_again(amendment: Import) -> None:
    """As at its commit: what it replaces leaves the totals, and the matches that hold it ask for review."""
    regroup(amendment)
    retired = RetiredRecord.objects.filter(import_id=amendment.pk)
    gone = counted(Record.objects.filter(pk__in=retired.values("record_id")))
    add(amendment.project_id, Tally.State.TOTAL, gone, sign=-1)
