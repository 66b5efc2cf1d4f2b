"""Rows that a format has taken out of its file, as a table: for formats that are read whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from reconciliation.formats.arrow import texts
from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.registry import Progress
from reconciliation.formats.table import Block
from reconciliation.formats.text.rows import Row

_BLOCK = 20_000
_HEAD = 2000


@dataclass(slots=True)
class RowTable:
    """The first row is the header; a `NumberCell` among the cells is a number whatever its column's texts are."""

    name: str
    rows: Sequence[Row]
    lines: int = 0
    """Of the file, where they are more than those of the rows."""

    @property
    def complete(self) -> bool:
        return len(self.rows) <= _HEAD

    def head(self) -> Sequence[Row]:
        return self.rows[:_HEAD]

    def blocks(self, first_line: int, columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        wanted = (row for row in self.rows if row.line >= first_line)
        done = 0
        while batch := list(islice(wanted, _BLOCK)):
            yield _block(batch, columns)
            done += len(batch)
            if on_progress:
                on_progress(min(1.0, done / len(self.rows)))


def _block(rows: Sequence[Row], columns: int) -> Block:
    cells = list(zip(*(_wide(row.cells, columns) for row in rows), strict=True))
    return Block(
        lines=np.array([row.line for row in rows], dtype=np.int64),
        spans=np.array([row.span for row in rows], dtype=np.int64),
        columns=[texts(list(column)) for column in cells],
        numbers=[np.array([isinstance(cell, NumberCell) for cell in column], dtype=np.bool_) for column in cells],
    )


def _wide(cells: tuple[str, ...], columns: int) -> tuple[str, ...]:
    return (cells + ("",) * (columns - len(cells)))[:columns]
