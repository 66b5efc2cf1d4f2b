from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa

from cqrs import Actor, Clock, Command, ConflictError, InvalidMessageError, NotFoundError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.accounting import moved
from reconciliation.corrections.lines import Correction, add_line, identified, lock_newest
from reconciliation.events import LineRepaired
from reconciliation.formats import Mapping
from reconciliation.formats.reading.one_line import LineProblemsError, cell_names, named_cells, read_line
from reconciliation.ids import ImportId, RecordId, RejectedLineId, SourceId
from reconciliation.intake.account import sums
from reconciliation.models import Import, RejectedLineRow
from reconciliation.storage import Storage

LONGEST_CELL = 4_000


class RejectedLineNotFoundError(NotFoundError):
    """The import has rejected no such line."""


class LineRepairedAlreadyError(ConflictError):
    """Somebody has repaired this line already."""


class RepairRejectedLine(Command[ImportId], requires=project_role(Role.PREPARER)):
    """Write some cells of a rejected line anew and read it again, as the import's mapping says: it becomes a record of
    that import, or a duplicate where the source has it. Answers the correction's own import.

    `cells` are named by their column's header, or `column 3` where that is ambiguous; the others stay as they are.
    """

    project_id: ProjectId
    import_id: ImportId
    rejected_line_id: RejectedLineId
    cells: dict[str, str]
    reason: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        for name, text in self.cells.items():
            if len(text) > LONGEST_CELL:
                yield f"cells.{name}", f"At most {LONGEST_CELL:,} characters."


@RepairRejectedLine.handler
def repair_rejected_line(command: RepairRejectedLine, actor: Actor, clock: Clock, storage: Storage) -> ImportId:
    parent = lock_newest(command.project_id, command.import_id)
    rejected = _rejected(parent, command.rejected_line_id)
    mapping = Mapping.from_document(parent.mapping)
    before = named_cells(tuple(rejected.cells), mapping)
    after = _cells(command, mapping, before)
    line = _read(after, mapping, rejected)
    _require_not_before(parent, line)
    found = identified(parent, line, storage)
    if found.conflicts:
        raise InvalidMessageError(fields={"cells": [found.conflicts[0].reason]})

    evidence = {
        "repairs": {"import": parent.pk, "file": parent.file_name, "sha256": parent.sha256, "line": rejected.line},
        "rejected because": f"{rejected.field} {rejected.reason}".strip(),
        "as written": rejected.raw,
        "cells": after,
        "changed": {name: [before[name], text] for name, text in after.items() if text != before[name]},
        "reason": command.reason,
    }
    added = add_line(Correction(parent, actor, clock.now(), evidence), found.new, storage)
    rejected.repair = added
    rejected.save(update_fields=["repair"])
    _count(parent, rejected, line, added)
    _tell(command, parent, rejected, added)
    return ImportId(added.pk)


def _require_not_before(parent: Import, line: pa.Table) -> None:
    cut_over = parent.source.cut_over_date
    day = line["booking_date"][0].as_py() or line["value_date"][0].as_py()
    if cut_over is not None and day is not None and day < cut_over:
        text = f"The line is dated {day}, before the source's cut-over of {cut_over}: it is no record."
        raise InvalidMessageError(fields={"cells": [text]})


def _rejected(parent: Import, rejected_line_id: RejectedLineId) -> RejectedLineRow:
    found = parent.rejected_lines.filter(pk=rejected_line_id).first()
    if found is None:
        raise RejectedLineNotFoundError(str(rejected_line_id))
    if found.repair_id is not None:
        raise LineRepairedAlreadyError(f"line {found.line}")
    return found


def _cells(command: RepairRejectedLine, mapping: Mapping, before: dict[str, str]) -> dict[str, str]:
    names = cell_names(mapping)
    unknown = {
        f"cells.{name}": [f"The file has no such column. Its columns are {', '.join(names)}."]
        for name in command.cells
        if name not in names
    }
    if unknown:
        raise InvalidMessageError(fields=unknown)
    return before | command.cells


def _read(cells: dict[str, str], mapping: Mapping, rejected: RejectedLineRow) -> pa.Table:
    try:
        return read_line(tuple(cells.values()), mapping, rejected.line, rejected.row)
    except LineProblemsError as error:
        fields = {
            f"cells.{name}" if name else "cells": [f"{name} {text}".strip().capitalize() + "." for text in texts]
            for name, texts in error.problems.items()
        }
        raise InvalidMessageError(fields=fields) from error


def _count(parent: Import, rejected: RejectedLineRow, line: pa.Table, added: Import) -> None:
    gone = {rejected.currency: Decimal(rejected.amount)} if rejected.amount else {}
    category = "record" if added.records else "duplicate"
    parent.accounting = moved(
        parent.accounting, lines=rejected.span, gone=("rejected", gone), come=(category, sums(line))
    )
    parent.rejected -= 1
    parent.corrected += added.records
    parent.duplicates += added.duplicates
    parent.save(update_fields=["accounting", "rejected", "corrected", "duplicates"])


def _tell(command: RepairRejectedLine, parent: Import, rejected: RejectedLineRow, added: Import) -> None:
    event_bus.publish(
        LineRepaired(
            project_id=command.project_id,
            source_id=SourceId(parent.source_id),
            import_id=command.import_id,
            correction_id=ImportId(added.pk),
            line=rejected.line,
            record_id=None if added.first_record_id is None else RecordId(added.first_record_id),
            reason=command.reason,
        )
    )
