from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cqrs import Clock, Page, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.known import committed, known_files
from reconciliation.ids import ImportId, Side
from reconciliation.intake.doubts import compared, row_at
from reconciliation.models import DuplicateDecision, Import, Record
from reconciliation.money import to_decimal
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.storage import Storage

LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class DuplicateDecisionRow:
    """`choice` is `keep` or `drop`."""

    choice: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class DuplicateRow:
    """A line of the file beside the record that it equals, which is null where that was withdrawn since.

    `place` names the line to DecideDuplicate. `doubt`: the line may be a payment of its own, for the file lacks other
    lines that the earlier one has of that day.
    """

    place: int
    line: int
    cells: tuple[str, ...]
    booking_date: date | None
    amount: Decimal | None
    currency: str
    text: str | None
    doubt: bool
    known: RecordRow | None
    known_line: int | None
    known_file: str
    decision: DuplicateDecisionRow | None


class ListDuplicates(Query[Page[DuplicateRow]], requires=project_role(Role.VIEWER)):
    """The lines of an import that its source had already, with both shown; `doubtful` asks for those to decide on."""

    project_id: ProjectId
    import_id: ImportId
    doubtful: bool = False
    after: str | None = None
    limit: int = 50


@ListDuplicates.handler
def list_duplicates(query: ListDuplicates, clock: Clock, storage: Storage) -> Page[DuplicateRow]:
    found = Import.in_project(query.project_id, query.import_id)
    if not found.duplicates_key:
        return Page(items=(), next=None, previous=None)
    rows = compared(storage.path(found.duplicates_key), known_files(committed(found.source_id), storage))
    if query.doubtful:
        rows = rows.filter(rows["doubt"])
    start = int(query.after) if query.after and query.after.isdecimal() else -1
    rows = rows.filter(pc.greater(rows["place"], pa.scalar(start)))
    limit = max(1, min(query.limit, LONGEST))
    shown = rows.slice(0, limit).to_pylist()
    records = Record.objects.published(query.project_id).in_bulk([row["against_record"] for row in shown])
    side, today = Side(found.source.side), clock.today()
    decisions = _decisions(found, [row["place"] for row in shown])
    items = tuple(
        _row(
            row,
            row_at(storage.path(found.duplicates_key), row["place"]).to_pylist()[0],
            known=record_row(records[row["against_record"]], side, today) if row["against_record"] in records else None,
            decision=decisions.get(row["place"]),
        )
        for row in shown
    )
    return Page(items=items, next=str(items[-1].place) if rows.num_rows > limit else None, previous=None)


def _decisions(found: Import, places: list[int]) -> dict[int, DuplicateDecisionRow]:
    """The newest of each line."""
    decisions = DuplicateDecision.objects.filter(of_import=found, place__in=places).order_by("id")
    return {
        decision.place: DuplicateDecisionRow(
            choice=decision.choice,
            reason=decision.reason,
            decided_by=decision.decided_by_name,
            decided_at=decision.decided_at,
        )
        for decision in decisions
    }


def _row(
    row: dict[str, Any], line: dict[str, Any], *, known: RecordRow | None, decision: DuplicateDecisionRow | None
) -> DuplicateRow:
    return DuplicateRow(
        place=row["place"],
        line=row["line"],
        cells=tuple(cell or "" for name, cell in line.items() if name.startswith("cell_")),
        booking_date=line["booking_date"],
        amount=None if line["amount"] is None else to_decimal(line["amount"], line["scale"]),
        currency=line["currency"],
        text=line["text"],
        doubt=row["doubt"],
        known=known,
        known_line=row["against_line"],
        known_file=row["against_file"] or "",
        decision=decision,
    )
