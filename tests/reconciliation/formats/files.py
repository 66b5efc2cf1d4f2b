"""Small files for these tests, written on the spot."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from reconciliation.formats import Inspection, inspect
from reconciliation.money import to_decimal


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "statement.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def inspected(folder: Path, text: str, encoding: str = "utf-8") -> Inspection:
    return inspect(written(folder, text, encoding))


def amounts(records: pa.Table) -> list[Decimal]:
    return [to_decimal(row["amount"], row["scale"]) for row in records.select(["amount", "scale"]).to_pylist()]


def rejected(inspection: Inspection) -> list[tuple[int, str]]:
    return [(line.line, line.field) for line in inspection.reading.rejected]


def lines(inspection: Inspection) -> dict[str, int]:
    return {count.category: count.lines for count in inspection.reading.accounting}
