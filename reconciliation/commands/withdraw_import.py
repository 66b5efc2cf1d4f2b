from collections.abc import Iterator
from decimal import Decimal

import pyarrow.parquet as pq

from cqrs import Actor, Clock, Command, ConflictError, DomainError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.accounting import moved
from reconciliation.corrections.lines import lock_import
from reconciliation.corrections.releasing import block_of, count_out, release
from reconciliation.corrections.resting import require_newest, require_none_comes_twice, require_nothing_rests_on
from reconciliation.events import ImportWithdrawn
from reconciliation.ids import ImportId, SourceId
from reconciliation.intake.account import sums
from reconciliation.models import Import, ImportKind, ImportStatus, Record, RejectedLineRow, RetiredRecord, Tally
from reconciliation.models.tallies import add, counted
from reconciliation.storage import Storage


class ImportNotThereError(ConflictError):
    """Only a committed import can be withdrawn."""


class KeptDuplicateError(DomainError):
    """The record comes of a decision on a duplicate. Decide otherwise there."""


class WithdrawImport(Command[None], requires=project_role(Role.REVIEWER)):
    """Take an import back as a whole: its records are no longer there, and what it replaced is there again.

    The machine's matches of its records are undone. While people's matches hold some, or another file repeats some, it
    is refused. A withdrawn import can be reinstated. Of a repaired line this undoes the repair.
    """

    project_id: ProjectId
    import_id: ImportId
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.reason.strip():
            yield "reason", "Say why the import is withdrawn."


@WithdrawImport.handler
def withdraw_import(command: WithdrawImport, actor: Actor, clock: Clock, storage: Storage) -> None:
    found = lock_import(command.project_id, command.import_id)
    if found.status != ImportStatus.COMMITTED:
        raise ImportNotThereError(found.file_name)
    require_newest(found)
    corrections = Import.objects.filter(parent=found, kind=ImportKind.CORRECTION, status=ImportStatus.COMMITTED)
    blocks = [found, *corrections.order_by("pk")]
    require_nothing_rests_on(blocks, storage)
    undone = sum(_take_out(command.project_id, block) for block in blocks)
    if found.kind == ImportKind.AMENDMENT:
        retired = RetiredRecord.objects.filter(import_id=found.pk)
        gone = Record.objects.filter(pk__in=retired.values("record_id"))
        add(command.project_id, Tally.State.TOTAL, counted(gone))
    if found.kind == ImportKind.CORRECTION:
        _reject_again(found, storage)
    now = clock.now()  # one for all: what was withdrawn together comes back together
    for block in blocks:
        block.status = ImportStatus.WITHDRAWN
        block.withdrawn_by_name, block.withdrawn_at = actor.name, now
        block.withdrawal_reason = command.reason.strip()
        block.save(update_fields=["status", "withdrawn_by_name", "withdrawn_at", "withdrawal_reason"])
    if found.kind == ImportKind.AMENDMENT:
        require_none_comes_twice(found, storage)
    event_bus.publish(
        ImportWithdrawn(
            project_id=command.project_id,
            source_id=SourceId(found.source_id),
            import_id=command.import_id,
            file_name=found.file_name,
            records=sum(block.records for block in blocks),
            groups_undone=undone,
            reason=command.reason,
        )
    )


def _take_out(project_id: ProjectId, found: Import) -> int:
    block = block_of(found)
    undone = release(project_id, block)
    count_out(project_id, block)
    return undone


def _reject_again(correction: Import, storage: Storage) -> None:
    """The repaired line is among the rejected ones again, in the list and in the account."""
    line = RejectedLineRow.objects.filter(repair=correction).first()
    if line is None:
        raise KeptDuplicateError(correction.file_name)
    parent = Import.objects.select_for_update().get(children=correction)
    amounts = sums(pq.read_table(storage.path(correction.snapshot_key))) if correction.records else {}
    rejected = {line.currency: Decimal(line.amount)} if line.amount else {}
    category = "record" if correction.records else "duplicate"
    parent.accounting = moved(parent.accounting, lines=line.span, gone=(category, amounts), come=("rejected", rejected))
    parent.rejected += 1
    parent.corrected -= correction.records
    parent.duplicates -= correction.duplicates
    parent.save(update_fields=["accounting", "rejected", "corrected", "duplicates"])
    line.repair = None
    line.save(update_fields=["repair"])
