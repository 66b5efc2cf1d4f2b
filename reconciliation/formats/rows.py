"""Rows that a format takes out of its file, as a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

import numpy as np

from reconciliation.formats.arrow import texts
from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.registry import Progress
from reconciliation.formats.table import Block
from reconciliation.formats.text.rows import Row

_BLOCK = 20_000
_HEAD = 2000


class StreamedRows:
    """The first row is the header; a `NumberCell` among the cells is a number whatever its column's texts are.

    `rows` is asked anew for each pass over the file: the memory does not grow with it.
    """

    def __init__(self, name: str, rows: Callable[[], Iterable[Row]]) -> None:
        self.name = name
        self._rows = rows

    @cached_property
    def _start(self) -> list[Row]:
        return list(islice(self._rows(), _HEAD + 1))

    @property
    def complete(self) -> bool:
        return len(self._start) <= _HEAD

    def head(self) -> Sequence[Row]:
        return self._start[:_HEAD]

    def blocks(self, first_line: int, columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        yield from _blocks(self._rows(), first_line, columns)
        if on_progress:
            on_progress(1.0)


def _blocks(rows: Iterable[Row], first_line: int, columns: int) -> Iterator[Block]:
    wanted = (row for row in rows if row.line >= first_line)
    while batch := list(islice(wanted, _BLOCK)):
        yield _block(batch, columns)


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
