"""The first records beside the cells they were made of."""

from typing import Any

import pyarrow as pa

from reconciliation.formats.results import PreviewRow, plain
from reconciliation.formats.schema import CORE
from reconciliation.money import to_decimal

PREVIEWED = 20
_HIDDEN = {"line", "row", "scale"}


def preview_rows(records: pa.Table, derived: tuple[str, ...] = ()) -> tuple[PreviewRow, ...]:
    """`derived` are fields of a mapping's own making, which are shown besides the standard ones."""
    shown = tuple(dict.fromkeys(name for name in (*CORE.names, *derived) if name in records.schema.names))
    cells = [name for name in records.schema.names if name.startswith("cell_")]
    return tuple(
        PreviewRow(line=row["line"], cells=tuple(row[name] for name in cells), parsed=_parsed(row, shown))
        for row in records.slice(0, PREVIEWED).to_pylist()
    )


def _parsed(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    shown = {name: row[name] for name in names if name not in _HIDDEN and row[name] is not None}
    if "amount" in shown:
        shown["amount"] = plain(to_decimal(row["amount"], row["scale"]))
    return {name: value if isinstance(value, str) else value.isoformat() for name, value in shown.items()}
