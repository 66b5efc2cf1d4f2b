"""What keeps rows of a block from becoming records: the first problem of each row, by field."""

from collections.abc import Mapping as Named

import numpy as np
import pyarrow.compute as pc

from reconciliation.formats.arrow import Flags, Texts, content, flags, lengths
from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.table import Block

MAX_CELL = 100_000
_MIN_COLUMNS = 3


class Problems(dict[int, tuple[str, str]]):
    """Row index → (field, reason); the first one told stays."""

    def tell(self, index: int, field: str, reason: str) -> None:
        self.setdefault(index, (field, reason))

    def tell_all(self, field: str, reasons: Named[int, str]) -> None:
        for index, reason in reasons.items():
            self.tell(index, field, reason)

    def tell_where(self, field: str, rows: Flags, reason: str) -> None:
        for index in np.flatnonzero(rows):
            self.tell(int(index), field, reason)


def column_name(mapping: Mapping, position: int) -> str:
    header = mapping.headers[position] if position < len(mapping.headers) else ""
    return header or f"column {position + 1}"


def cell_problems(block: Block, mapping: Mapping, problems: Problems) -> None:
    """Cells that no field may have: oversized, with NUL, or swallowing lines through a quote nobody closed."""
    for position, column in enumerate(block.columns):
        name = column_name(mapping, position)
        sizes = lengths(column)
        if sizes.max(initial=0) > MAX_CELL:
            problems.tell_where(name, sizes > MAX_CELL, f"holds more than {MAX_CELL:,} bytes")
        if (content(column) == 0).any():
            problems.tell_where(name, _contains(column, "\0"), "contains a NUL character")
        if (block.spans > 1).any():
            _swallowed(column, mapping, name, problems)


def _contains(column: Texts, text: str) -> Flags:
    return flags(pc.match_substring(column, text))


def _swallowed(column: Texts, mapping: Mapping, name: str, problems: Problems) -> None:
    """A cell whose inner lines look like lines of the table: most likely its closing quote is missing."""
    if mapping.columns < _MIN_COLUMNS or not mapping.delimiter:
        return
    for index in np.flatnonzero(_contains(column, "\n") | _contains(column, "\r")):
        inner = column[int(index)].as_py().splitlines()[1:]
        if any(_is_line(line.split(mapping.delimiter), mapping.columns) for line in inner):
            problems.tell(int(index), name, "spans lines that look like lines of their own: is a quote not closed?")


def _is_line(cells: list[str], columns: int) -> bool:
    return len(cells) >= columns and any(kind_of(cell.strip('"')) in (Kind.DATE, Kind.NUMBER) for cell in cells)
