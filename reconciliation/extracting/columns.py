"""Rows of text and numbers into typed columns, in bounded memory: spooled as text, then written with their types."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import IOBase
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconciliation.extracting.failures import QueryFailedError

Value = str | Decimal | None
MOST_DIGITS = 38


@dataclass
class Seen:
    """What a column turned out to hold."""

    texts: bool = False
    numbers: bool = False
    whole: int = 1
    scale: int = 0

    def look(self, values: Sequence[Value]) -> None:
        for value in values:
            if isinstance(value, Decimal):
                self._number(value)
            elif value is not None:
                self.texts = True

    def _number(self, value: Decimal) -> None:
        if not value.is_finite():
            self.texts = True
            return
        self.numbers = True
        _sign, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)
        self.scale = max(self.scale, -exponent)
        self.whole = max(self.whole, len(digits) + exponent)

    @property
    def type(self) -> pa.DataType:
        """Exact decimals where there is nothing but numbers that fit; else the text as it was."""
        digits = self.whole + self.scale
        if self.texts or not self.numbers or digits > MOST_DIGITS:
            return pa.string()
        return pa.decimal128(digits, self.scale)


def _temporary() -> IOBase:
    """Without a name: nobody else opens it, and nothing stays."""
    return cast("IOBase", tempfile.TemporaryFile())


@dataclass
class Spool:
    """Add blocks of rows, then finish. Nothing but the target stays."""

    target: Path
    rows: int = 0
    _names: tuple[str, ...] = ()
    _seen: list[Seen] = field(default_factory=list)
    _file: IOBase = field(default_factory=_temporary)
    _writer: pa.RecordBatchStreamWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, names: Sequence[str], block: Sequence[Sequence[Value]]) -> None:
        if self._writer is None:
            self._names = _distinct(names)
            self._seen = [Seen() for _ in names]
            self._writer = pa.ipc.new_stream(
                pa.PythonFile(self._file, mode="w"), pa.schema([(name, pa.string()) for name in self._names])
            )
        columns = list(zip(*block, strict=True)) or [() for _ in names]
        for seen, values in zip(self._seen, columns, strict=True):
            seen.look(values)
        texts = [pa.array([_text(value) for value in values], pa.string()) for values in columns]
        self._writer.write_batch(pa.record_batch(texts, names=list(self._names)))
        self.rows += len(block)

    def finish(self) -> int:
        if self._writer is None or not self.rows:
            raise QueryFailedError("The query gave no rows.")
        self._writer.close()
        self._file.seek(0)
        types = [seen.type for seen in self._seen]
        schema = pa.schema(list(zip(self._names, types, strict=True)))
        with (
            pa.ipc.open_stream(pa.PythonFile(self._file, mode="r")) as stream,
            pq.ParquetWriter(self.target, schema) as writer,
        ):
            for batch in stream:
                typed = [pc.cast(column, kind) for column, kind in zip(batch.columns, types, strict=True)]
                writer.write_batch(pa.record_batch(typed, schema=schema))
        return self.rows


def _text(value: Value) -> str | None:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """A query may name two columns alike; a file may not."""
    count: Counter[str] = Counter()
    told = []
    for name in names:
        count[name] += 1
        told.append(name if count[name] == 1 else f"{name} ({count[name]})")
    return tuple(told)
