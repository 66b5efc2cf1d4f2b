"""A whole file as a source's new records, and everything that is to be told about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconciliation.engine import with_keys
from reconciliation.formats import Mapping, Reading, RejectedLine, read
from reconciliation.intake.account import account
from reconciliation.intake.documents import balances_document
from reconciliation.intake.identity import Identified, identify
from reconciliation.intake.trial import named
from reconciliation.intake.verdicts import KnownFile
from reconciliation.money import to_decimal


@dataclass(frozen=True)
class Prepared:
    """What will be published: `records` is the snapshot, row for row the new records in the order of their ids."""

    reading: Reading
    identified: Identified
    records: pa.Table
    mapping: Mapping

    def rejected_lines(self) -> list[RejectedLine]:
        """Those that could not be read, and those whose key is another line's, in the order of the file."""
        conflicts = (
            _refused(row, conflict.reason, self.mapping.delimiter)
            for row, conflict in zip(self.identified.conflicting.to_pylist(), self.identified.conflicts, strict=True)
        )
        return sorted((*self.reading.rejected, *conflicts), key=lambda row: row.line)

    def columns(self) -> dict[str, Any]:
        """By the names of the import's columns."""
        return {
            "accounting": account(self.reading, self.identified),
            "balances": balances_document(self.reading),
            "reading_warnings": list(self.reading.warnings),
            "records": self.records.num_rows,
            "rejected": len(self.reading.rejected) + len(self.identified.conflicts),
            "duplicates": self.identified.duplicates.num_rows,
        }


def prepare(
    path: Path, file_name: str, mapping: Mapping, known: Sequence[KnownFile], report: Callable[[str, float], None]
) -> Prepared:
    with named(file_name):
        reading = read(path, mapping, on_progress=lambda share: report("read", share))
    report("identify", 0)
    identified = identify(reading.records, known)
    report("normalise", 0)
    return Prepared(reading, identified, with_keys(identified.new), mapping)


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
