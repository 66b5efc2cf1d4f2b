"""A whole file as a source's new records, and everything that is to be told about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reconciliation.formats import Findings, Mapping, RejectedLine, read_into
from reconciliation.intake.account import account
from reconciliation.intake.documents import balances_document
from reconciliation.intake.quality import measured
from reconciliation.intake.sorting import Sorted, sort_out
from reconciliation.intake.spool import Spool
from reconciliation.intake.trial import named
from reconciliation.intake.verdicts import KnownFile
from reconciliation.money import to_decimal


@dataclass(frozen=True)
class Prepared:
    """What will be published: the snapshot is row for row the new records in the order of their ids."""

    findings: Findings
    lines: Sorted
    mapping: Mapping

    def rejected_lines(self) -> list[RejectedLine]:
        """Those that could not be read, and those whose key is another line's, in the order of the file."""
        conflicts = (
            _refused(row, conflict.reason, self.mapping.delimiter)
            for row, conflict in zip(self.lines.conflicting.to_pylist(), self.lines.conflicts, strict=True)
        )
        return sorted((*self.findings.rejected, *conflicts), key=lambda row: row.line)

    def quality(self, lines: Path, today: date) -> dict[str, Any]:
        """`lines` are all records of the file, those that the source has among them."""
        return measured(lines, self.mapping, self.rejected_lines(), self.lines.gone["duplicate"], today)

    def columns(self) -> dict[str, Any]:
        """By the names of the import's columns."""
        tallies = self.lines.tallies
        taken_out = {"duplicate": tallies["duplicate"], "rejected": tallies["conflict"], "before": tallies["before"]}
        return {
            "accounting": account(self.findings.accounting, taken_out),
            "balances": balances_document(self.findings),
            "reading_warnings": list(self.findings.warnings),
            "records": self.lines.count,
            "rejected": len(self.findings.rejected) + len(self.lines.conflicts),
            "duplicates": self.lines.gone["duplicate"],
        }


@dataclass(frozen=True)
class Workplace:
    """Three files that nothing else writes to: where the records are first, the new ones and the known ones."""

    spool: Path
    snapshot: Path
    duplicates: Path


def prepare(
    path: Path,
    file_name: str,
    mapping: Mapping,
    known: Callable[[Path], Sequence[KnownFile]],
    *,
    place: Workplace,
    report: Callable[[str, float], None],
    cut_over: date | None = None,
) -> Prepared:
    """The memory that it takes does not depend on the number of lines. `known` is asked once they are on disk, with
    the place where they are: for a corrected file it depends on them. Lines before the cut-over are only counted.
    """
    with named(file_name), Spool(place.spool) as spool:
        findings = read_into(spool, path, mapping, on_progress=lambda share: report("read", share))
    lines = sort_out(spool, known(spool.path), place.snapshot, place.duplicates, report, cut_over=cut_over)
    return Prepared(findings, lines, mapping)


def _refused(row: dict[str, Any], reason: str, delimiter: str) -> RejectedLine:
    cells = tuple(cell or "" for name, cell in row.items() if name.startswith("cell_"))
    amount = None if row["amount"] is None else to_decimal(row["amount"], row["scale"])
    return RejectedLine(
        line=row["line"],
        field="key",
        reason=reason,
        raw=(delimiter or "\t").join(cells),
        cells=cells,
        row=row["row"],
        amount=amount,
        currency=row["currency"],
    )
