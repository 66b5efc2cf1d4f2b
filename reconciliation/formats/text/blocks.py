"""Blocks of rows by Arrow's columnar reader: it knows quotes, line breaks inside cells and all kinds of line ends."""

from collections.abc import Callable, Iterator
from typing import IO, Any, Literal, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from reconciliation.formats.arrow import Integers, Texts, content, integers
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.table import Block, OddRow
from reconciliation.formats.text.rows import LINE_END, split_rows

_NEVER_CLOSED = "a quote is opened here and never closed. Close it, or export the file again."
_TAIL = 64
_BLOCK = 1 << 21  # Arrow reads some thirty of them ahead


def read_blocks(source: IO[bytes], dialect: Mapping, name: str, *, first_line: int, columns: int) -> Iterator[Block]:
    """Rows of another width come as odd rows of the block before whose last row they stand."""
    placing, tail = _Placing(dialect, name, first_line), _Tail(source)
    try:
        for batch in _open(cast(IO[bytes], tail), dialect, columns, placing.skip):
            yield placing.block(batch)
        placing.refuse_open_quote(tail)
        yield placing.block(None)
    except pa.ArrowInvalid as error:
        message = "the lines from here on cannot be told apart: a quote is never closed, or one is longer than 2 MB."
        raise UnreadableFileError(name, message, line=placing.line) from error


def _open(
    source: IO[bytes], dialect: Mapping, columns: int, skip: Callable[[csv.InvalidRow], Literal["skip"]]
) -> csv.CSVStreamingReader:
    names = [f"cell_{position}" for position in range(columns)]
    return csv.open_csv(
        source,
        read_options=csv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names),
        parse_options=csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


class _Tail:
    """A stream that remembers its last bytes."""

    closed = False

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        read = self._source.read(size)
        self._last = (self._last + read[-_TAIL:])[-_TAIL:]
        return read

    def closes(self, quote: bytes) -> bool:
        """Whether a last cell that ends with a line end was closed: its quote stands by itself after that."""
        last = self._last.rstrip(b"\r\n")
        return last.endswith((b"\n" + quote, b"\r" + quote))


class _Placing:
    """Keeps count of physical lines over rows that cover several and rows that were skipped."""

    def __init__(self, dialect: Mapping, name: str, first_line: int) -> None:
        self.line = first_line
        self._row = 1
        self._dialect = dialect
        self._name = name
        self._skipped: list[tuple[int, str]] = []
        self._last_begins = self._last_ends = 0
        self._last_cell = ""

    def refuse_open_quote(self, tail: _Tail) -> None:
        """A quote that is opened in the last row and never closed takes all that follows for one cell."""
        quote = self._dialect.quote.encode()
        if not quote or self._skipped or self._last_ends != self.line:
            return
        if self._last_cell.endswith(("\n", "\r")) and not tail.closes(quote):
            raise UnreadableFileError(self._name, _NEVER_CLOSED, line=self._last_begins)

    def skip(self, row: csv.InvalidRow) -> Literal["skip"]:
        self._skipped.append((row.number or 0, row.text))
        return "skip"

    def block(self, batch: pa.RecordBatch | None) -> Block:
        """The next rows; None for what was skipped after the last."""
        columns: list[Any] = [] if batch is None else list(batch.columns)
        spans = _spans(columns, 0 if batch is None else batch.num_rows)
        skipped = self._due(len(spans), everything=batch is None)
        numbers = np.array([number for number, _ in skipped], dtype=np.int64)
        odd_spans = np.array([len(LINE_END.findall(text)) + 1 for _, text in skipped], dtype=np.int64)
        every = np.ones(len(spans) + len(skipped), dtype=np.int64)
        regular = np.ones(len(every), dtype=np.bool_)
        regular[numbers - self._row] = False
        every[regular], every[~regular] = spans, odd_spans
        begins = self.line + np.cumsum(every) - every
        self.line += int(every.sum())
        self._row += len(every)
        if len(spans):
            self._last_begins, self._last_cell = int(begins[regular][-1]), str(columns[-1][-1].as_py())
            self._last_ends = self._last_begins + int(spans[-1])
        odd = [self._odd(int(line), text) for line, (_, text) in zip(begins[~regular], skipped, strict=True)]
        return Block(begins[regular], spans, columns, odd=odd)

    def _due(self, rows: int, *, everything: bool) -> list[tuple[int, str]]:
        """The skipped rows that stand before the last of the next `rows` regular ones."""
        count, last = 0, self._row + rows
        while count < len(self._skipped) and (everything or self._skipped[count][0] < last):
            count, last = count + 1, last + 1
        due, self._skipped = self._skipped[:count], self._skipped[count:]
        return due

    def _odd(self, line: int, text: str) -> OddRow:
        row = next(split_rows(text, self._dialect.delimiter, self._dialect.quote), None)
        if row is not None and row.open_quote:
            raise UnreadableFileError(self._name, _NEVER_CLOSED, line=line)
        span = len(LINE_END.findall(text)) + 1
        return OddRow(line, span, row.cells if row else (), text)


def _spans(columns: list[Texts], rows: int) -> Integers:
    spans = np.ones(rows, dtype=np.int64)
    for column in columns:
        written = content(column)
        if (written == ord("\n")).any() or (written == ord("\r")).any():
            counts = [integers(pc.count_substring(column, end)) for end in ("\n", "\r", "\r\n")]
            spans += counts[0] + counts[1] - counts[2]
    return spans
