from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId
from reconciliation.models import Import
from reconciliation.queries.import_rows import ImportRow, import_row
from reconciliation.queries.reading_rows import (
    EvidenceRow,
    LineCountRow,
    PreviewRow,
    QuestionRow,
    RejectedLineSample,
    evidence_row,
    line_count_row,
    preview_row,
    question_row,
)

REJECTED_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class BalanceRow:
    kind: str
    amount: Decimal
    currency: str
    date: str | None
    derived: bool


@dataclass(frozen=True, kw_only=True)
class ImportDetail:
    """How the file was, or would be, read. `rejected_lines` are the first hundred of `rejected_total`."""

    row: ImportRow
    sha256: str
    size: int
    encoding: str
    mapping: dict[str, Any]
    evidence: tuple[EvidenceRow, ...]
    questions: tuple[QuestionRow, ...]
    warnings: tuple[str, ...]
    header: tuple[str, ...]
    preview: tuple[PreviewRow, ...]
    accounting: tuple[LineCountRow, ...]
    balances: tuple[BalanceRow, ...]
    rejected_lines: tuple[RejectedLineSample, ...]
    rejected_total: int
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawal_reason: str


class GetImport(Query[ImportDetail], requires=project_role(Role.VIEWER)):
    """One file: every decision about reading it with its evidence, and where each of its lines went."""

    project_id: ProjectId
    import_id: ImportId


@GetImport.handler
def get_import(query: GetImport) -> ImportDetail:
    found = Import.in_project(query.project_id, query.import_id)
    return ImportDetail(
        row=import_row(found),
        sha256=found.sha256,
        size=found.size,
        encoding=found.encoding,
        mapping=found.mapping,
        evidence=tuple(map(evidence_row, found.evidence)),
        questions=tuple(map(question_row, found.open_questions())),
        warnings=(*found.warnings, *found.reading_warnings),
        header=tuple(found.header),
        preview=tuple(map(preview_row, found.preview)),
        accounting=tuple(map(line_count_row, found.accounting)),
        balances=tuple(_balance(row) for row in found.balances),
        rejected_lines=tuple(
            RejectedLineSample(line=row.line, field=row.field, reason=row.reason, raw=row.raw)
            for row in found.rejected_lines.filter(repair=None)[:REJECTED_SHOWN]
        ),
        rejected_total=found.rejected,
        withdrawn_by=found.withdrawn_by_name,
        withdrawn_at=found.withdrawn_at,
        withdrawal_reason=found.withdrawal_reason,
    )


def _balance(row: dict[str, Any]) -> BalanceRow:
    return BalanceRow(**{**row, "amount": Decimal(row["amount"])})
