"""Parquet: columns with types of their own."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat, Progress
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.table import Block
from reconciliation.formats.text.rows import Row

_MAGIC = b"PAR1"
_BLOCK = 50_000
_HEAD = 2000
_DIGITS = 15
_SINGLE = 32


class Parquet(FileFormat):
    name = "parquet"
    order = 17

    def sniff(self, head: bytes) -> bool:
        return head.startswith(_MAGIC)

    def detect(self, path: Path) -> Detection:
        evidence = Evidence(decision="format", choice="parquet", because="it begins with PAR1", confidence=100)
        start = Mapping(format=self.name, encoding="utf-8", delimiter="", quote="")
        return Proposal(ParquetTable(path), start, [evidence]).detection()

    def reader(self, path: Path, mapping: Mapping) -> TableReader:
        return TableReader(ParquetTable(path), mapping)


class ParquetTable:
    """Line 0 is the schema, line n the n-th row."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._file = pq.ParquetFile(path)
            nested = [field.name for field in self._file.schema_arrow if pa.types.is_nested(field.type)]
        except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
            raise UnreadableFileError(path.name, "the Parquet file is damaged or cut off. Export it again.") from error
        if nested:
            message = f"its columns {', '.join(nested)} hold lists or objects. Export plain columns."
            raise UnreadableFileError(path.name, message, field=nested[0])

    @property
    def complete(self) -> bool:
        return self._file.metadata.num_rows < _HEAD

    def head(self) -> Sequence[Row]:
        rows = [Row(0, 0, tuple(self._file.schema_arrow.names))]
        for lines, columns, numbers in self._batches(_HEAD):
            cells = [
                [NumberCell(text) if number else text for text in column.to_pylist()]
                for column, number in zip(columns, numbers, strict=True)
            ]
            rows += [Row(int(line), 1, each) for line, each in zip(lines, zip(*cells, strict=True), strict=True)]
            break
        return rows

    def blocks(self, first_line: int, columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        done, total = 0, max(1, self._file.metadata.num_rows)
        for lines, cells, numbers in self._batches(_BLOCK):
            keep = lines >= first_line
            chosen = [column.filter(pa.array(keep)) for column in cells[:columns]]
            flags = [np.full(int(keep.sum()), number, dtype=np.bool_) for number in numbers[:columns]]
            yield Block(lines[keep], np.ones(int(keep.sum()), dtype=np.int64), chosen, flags)
            done += len(lines)
            if on_progress:
                on_progress(done / total)

    def _batches(self, size: int) -> Iterator[tuple[Any, list[Any], list[bool]]]:
        first = 1
        try:
            for batch in self._file.iter_batches(batch_size=size):
                lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
                yield lines, [_texts(column) for column in batch.columns], [_is_number(c.type) for c in batch.columns]
                first += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            message = f"the Parquet file is damaged after row {first - 1}. Export it again."
            raise UnreadableFileError(self.name, message) from error


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)


def _texts(column: Any) -> Any:
    """Exact: decimals as they are stored, instants in UTC; a float as the shortest decimal that stands for it."""
    column.validate(full=True)
    if pa.types.is_floating(column.type):
        written = _single if column.type.bit_width <= _SINGLE else _double
        return pa.array(["" if value is None else written(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_decimal(column.type):
        return pa.array(["" if value is None else f"{value:f}" for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, tz="UTC"))
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ").fill_null("")
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return pa.array(["" if value is None else value.as_py().hex() for value in column], pa.string())
    return column.cast(pa.string()).fill_null("")


def _single(value: float) -> str:
    return np.format_float_positional(np.float32(value), trim="-")


def _double(value: float) -> str:
    text = f"{value:.{_DIGITS}g}" if len(repr(value)) > _DIGITS + 2 else repr(value)
    return f"{Decimal(text):f}"
