"""A delimited text as a table: its beginning row by row, all of it block by block."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from io import BufferedReader
from itertools import islice
from pathlib import Path

from reconciliation.formats.mapping import Mapping
from reconciliation.formats.registry import Progress
from reconciliation.formats.table import Block
from reconciliation.formats.text.blocks import read_blocks
from reconciliation.formats.text.rows import Row, split_rows
from reconciliation.formats.text.stream import Utf8Stream

_HEAD = 1 << 19
_ROWS = 2000
_BUFFER = 1 << 20


class DelimitedTable:
    """`dialect` says how the file is encoded and divided; nothing else of the mapping matters here."""

    def __init__(self, path: Path, dialect: Mapping) -> None:
        self.name = path.name
        self._path = path
        self._dialect = dialect

    @property
    def complete(self) -> bool:
        return self._start[1]

    def head(self) -> Sequence[Row]:
        return self._start[0]

    @cached_property
    def _start(self) -> tuple[list[Row], bool]:
        text = beginning_of(self._path, self._dialect.encoding)
        whole = len(text.encode()) < _HEAD - _BUFFER // 1024
        rows = list(islice(split_rows(text, self._dialect.delimiter, self._dialect.quote), _ROWS + 1))
        if not whole and len(rows) > 1:
            rows.pop()
        return rows[:_ROWS], whole and len(rows) <= _ROWS

    def blocks(self, first_line: int, columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        stream = Utf8Stream(self._path, self._dialect.encoding, first_line, on_progress)
        with BufferedReader(stream, _BUFFER) as source:
            if source.peek(1):
                yield from read_blocks(source, self._dialect, self.name, first_line=first_line, columns=columns)


def beginning_of(path: Path, encoding: str) -> str:
    with BufferedReader(Utf8Stream(path, encoding), _BUFFER) as source:
        return source.read(_HEAD).decode("utf-8", "ignore")
