from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cqrs import ConflictError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.comparing import Comparison, Line, compared_with_its_file
from reconciliation.ids import GroupId, ImportId, RecordId
from reconciliation.intake.amendment import CHANGED, KINDS, WITHDRAWN, Total
from reconciliation.models import Import, ImportKind, MatchLeg
from reconciliation.money import to_decimal
from reconciliation.storage import Storage

IDS_AT_ONCE = 5_000
MOST_LINES = 500
_UNTOLD = frozenset({"line", "row", "scale", "fingerprint", "occurrence"})
_KEYS = ("reference_key", "reference_tokens", "party_key", "text_key", "text_tokens")


class NoProposedAmendmentError(ConflictError):
    """Only a corrected file that is not committed yet can be compared with what it corrects."""


@dataclass(frozen=True, kw_only=True)
class DiffTotal:
    """The lines of one kind and currency; those that change count with their new amount."""

    kind: str
    currency: str
    lines: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class DiffLine:
    """One line as the corrected file has it, or as it was where the file has it no more.

    `group_id` is the confirmed match that asks for review once the amendment is committed.
    """

    kind: str
    line: int
    record_id: RecordId | None
    booking_date: date | None
    amount: Decimal | None
    currency: str
    text: str
    changes: tuple[FieldChange, ...]
    group_id: GroupId | None


@dataclass(frozen=True, kw_only=True)
class AmendmentDiff:
    """`lines` are a page of them; `next` asks for the following one."""

    totals: tuple[DiffTotal, ...]
    groups_to_review: int
    lines: tuple[DiffLine, ...]
    next: str | None


class DiffAmendment(Query[AmendmentDiff], requires=project_role(Role.VIEWER)):
    """What a proposed amendment changes: unchanged, changed, withdrawn, kept (another file has it too) and added.

    It reads the whole corrected file. `kind` asks for the lines of one of these; without it all but the unchanged.
    """

    project_id: ProjectId
    import_id: ImportId
    kind: str = ""
    after: str | None = None
    limit: int = 50

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.kind and self.kind not in KINDS:
            yield "kind", f"{self.kind!r} is none of {', '.join(KINDS)}."


@DiffAmendment.handler
def diff_amendment(query: DiffAmendment, storage: Storage) -> AmendmentDiff:
    found = Import.in_project(query.project_id, query.import_id)
    if found.kind != ImportKind.AMENDMENT or found.status not in Import.PENDING:
        raise NoProposedAmendmentError(found.file_name)
    with compared_with_its_file(found, storage) as compared:
        rows = compared.difference.rows
        gone = rows.filter(pc.is_in(rows["kind"], pa.array([CHANGED, WITHDRAWN])))["record"].to_numpy().tolist()
        groups = _groups(query.project_id, gone)
        wanted = [query.kind] if query.kind else [kind for kind in KINDS if kind != "unchanged"]
        listed = rows.filter(pc.is_in(rows["kind"], pa.array(wanted)))
        start = int(query.after) if query.after and query.after.isdecimal() else 0
        limit = max(1, min(query.limit, MOST_LINES))
        lines = [_line(row, compared, groups) for row in listed.slice(start, limit).to_pylist()]
    return AmendmentDiff(
        totals=_totals(compared.difference.totals),
        groups_to_review=len(set(groups.values())),
        lines=tuple(lines),
        next=str(start + limit) if listed.num_rows > start + limit else None,
    )


def _groups(project_id: ProjectId, record_ids: Sequence[int]) -> dict[int, GroupId]:
    """The confirmed match of each of these records that is in one."""
    found: dict[int, GroupId] = {}
    legs = MatchLeg.objects.of_project(project_id).filter(confirmed=True)
    for start in range(0, len(record_ids), IDS_AT_ONCE):
        some = legs.filter(record_id__in=record_ids[start : start + IDS_AT_ONCE])
        found |= {record_id: GroupId(group_id) for record_id, group_id in some.values_list("record_id", "group_id")}
    return found


def _totals(totals: Sequence[Total]) -> tuple[DiffTotal, ...]:
    rows = (
        DiffTotal(
            kind=total.kind, currency=total.currency, lines=total.lines, amount=to_decimal(total.amount, total.scale)
        )
        for total in totals
    )
    return tuple(sorted(rows, key=lambda row: (KINDS.index(row.kind), row.currency)))


def _line(row: dict[str, Any], compared: Comparison, groups: dict[int, GroupId]) -> DiffLine:
    record_id = row["record"]
    old = None if record_id is None else compared.old_line(record_id)
    new = None if row["i"] is None else compared.new_line(row["i"])
    shown = new or old or {}
    return DiffLine(
        kind=row["kind"],
        line=shown["line"],
        record_id=None if record_id is None else RecordId(record_id),
        booking_date=shown["booking_date"],
        amount=None if shown["amount"] is None else to_decimal(shown["amount"], shown["scale"]),
        currency=shown["currency"],
        text=shown["counterparty"] or shown["text"] or shown["reference"] or "",
        changes=tuple(_changes(old, new)) if old and new else (),
        group_id=groups.get(record_id),
    )


def _changes(old: Line, new: Line) -> Iterator[FieldChange]:
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in _UNTOLD and name not in _KEYS and not name.startswith("cell_"):
            before, after = _shown(old, name), _shown(new, name)
            if before != after:
                yield FieldChange(field=name, before=before, after=after)


def _shown(line: Line, name: str) -> str:
    value = line.get(name)
    if name == "amount" and value is not None:
        return f"{to_decimal(value, line['scale']):f}"
    return "" if value is None else str(value)
