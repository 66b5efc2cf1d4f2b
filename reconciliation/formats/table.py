"""A file of rows and cells, whatever it is kept in: what detection and reading ask of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

from reconciliation.formats.arrow import Flags, Integers, Texts, spread, texts
from reconciliation.formats.registry import Progress
from reconciliation.formats.text.rows import Row


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row that does not have the width of the table, or is unreadable for the `reason` given."""

    line: int
    span: int
    cells: tuple[str, ...]
    raw: str
    reason: str = ""


@dataclass(slots=True)
class Block:
    """Some rows of the table's width, column by column, with the physical lines each begins on and covers."""

    lines: Integers
    spans: Integers
    columns: list[Texts]
    numbers: list[Flags] | None = None
    odd: list[OddRow] = field(default_factory=list)
    raws: Sequence[str] = ()
    """What stands in the file for each row, where that is not its cells."""

    @property
    def rows(self) -> int:
        return len(self.lines)

    def cells(self, index: int) -> tuple[str, ...]:
        return tuple(column[index].as_py() or "" for column in self.columns)

    def numbers_of(self, position: int) -> Flags | None:
        return None if self.numbers is None else self.numbers[position]


class Table(Protocol):
    """What a kind of file offers so that the common detection and reading work on it."""

    name: str

    @property
    def complete(self) -> bool:
        """Whether `head` is the whole of it."""

    def head(self) -> Sequence[Row]:
        """The first rows, as many as decisions need."""

    def blocks(self, first_line: int, columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        """Every row from a physical line on."""


def block_of(rows: Sequence[OddRow]) -> Block:
    """Odd rows whose cells fit the table after all."""
    columns = [texts(list(column)) for column in zip(*(row.cells for row in rows), strict=True)]
    lines = np.array([row.line for row in rows], dtype=np.int64)
    return Block(lines, np.array([row.span for row in rows], dtype=np.int64), columns)


def with_rows(block: Block, rows: Sequence[OddRow]) -> Block:
    """A block of texts with odd rows among its own, in the order of the lines."""
    more = block_of(rows)
    if not block.rows:
        return more
    lines, spans = np.concatenate([block.lines, more.lines]), np.concatenate([block.spans, more.spans])
    order = np.argsort(lines, kind="stable")
    pairs = zip(block.columns, more.columns, strict=True)
    columns = [spread(pa.concat_arrays([mine, theirs]), order) for mine, theirs in pairs]
    return Block(lines[order], spans[order], columns)
