"""A sheet as a table, out of the Arrow file that the child process left."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.registry import Progress
from reconciliation.formats.table import Block, OddRow
from reconciliation.formats.text.rows import Row

_REFUSED, _SECONDS = 3, 180
_HEAD = 2000
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Sheet:
    """One converted sheet. `missing`: sheet rows whose formulas have no value; the folder goes with the object."""

    name: str
    others: tuple[str, ...]
    format: str
    missing: dict[int, str]
    file: Path
    folder: "TemporaryDirectory[str]"


def sheet_of(path: Path, name: str = "") -> Sheet:
    """The sheet called `name`, else the first with a table. Raises `UnreadableFileError`."""
    about = path.stat()
    first = _converted(path.resolve(), about.st_mtime_ns, about.st_size, "")
    if name in ("", first.name):
        return first
    return _converted(path.resolve(), about.st_mtime_ns, about.st_size, name)


@lru_cache(maxsize=2)  # detecting and then reading a workbook converts it once
def _converted(path: Path, _modified: int, _size: int, name: str) -> Sheet:
    folder = TemporaryDirectory(prefix="workbook-")
    target = Path(folder.name) / "sheet.arrow"
    command = [sys.executable, "-m", "reconciliation.formats.workbook.convert", str(path), str(target), name]
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(path.name, "opening the workbook takes too long. Export the lines as CSV.") from error
    if done.returncode == _REFUSED:
        raise UnreadableFileError(path.name, done.stderr.strip())
    if done.returncode:
        message = (
            "opening the workbook takes more memory or time than it may, or it is damaged. Export the lines as CSV."
        )
        raise UnreadableFileError(path.name, message)
    with pa.ipc.open_file(str(target)) as reader:
        about = json.loads((reader.schema.metadata or {})[b"workbook"])
    missing = {int(row): reason for row, reason in about["missing"].items()}
    return Sheet(about["sheet"], tuple(about["others"]), about["format"], missing, target, folder)


class SheetTable:
    """Lines are the rows of the sheet."""

    def __init__(self, name: str, sheet: Sheet) -> None:
        self.name = name
        self._sheet = sheet

    @property
    def complete(self) -> bool:
        return self._start[1]

    def head(self) -> Sequence[Row]:
        return self._start[0]

    @cached_property
    def _start(self) -> tuple[list[Row], bool]:
        rows: list[Row] = []
        for first, batch in self._batches():
            texts, numbers = _halves(batch.slice(0, _HEAD - len(rows)))
            columns = [_marked(text, number) for text, number in zip(texts, numbers, strict=True)]
            rows += [Row(first + at, 1, cells) for at, cells in enumerate(zip(*columns, strict=True))]
            if len(rows) >= _HEAD:
                return rows, False
        return rows, True

    def blocks(self, first_line: int, columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        total = 1
        for first, batch in self._batches():
            rows = batch.slice(min(batch.num_rows, max(0, first_line - first)))
            lines = np.arange(max(first, first_line), first + batch.num_rows, dtype=np.int64)
            texts, numbers = _halves(rows)
            width = len(texts)
            blanks = pa.array([""] * len(lines), pa.string())
            texts, numbers = texts[:columns], numbers[:columns]
            texts += [blanks] * max(0, columns - width)
            numbers += [pa.array([False] * len(lines))] * max(0, columns - width)
            yield self._block(lines, texts, numbers)
            total += batch.num_rows
            if on_progress:
                on_progress(min(1.0, total / (total + 1)))

    def _block(
        self,
        lines: np.ndarray[tuple[int], np.dtype[np.int64]],
        texts: list[pa.StringArray],
        numbers: list[pa.BooleanArray],
    ) -> Block:
        good = ~np.isin(lines, list(self._sheet.missing))
        cells = list(zip(*(text.filter(pa.array(~good)).to_pylist() for text in texts), strict=True))
        odd = [
            OddRow(int(line), 1, row, "\t".join(row), self._sheet.missing[int(line)])
            for line, row in zip(lines[~good], cells, strict=True)
        ]
        keep = pa.array(good)
        return Block(
            lines=lines[good],
            spans=np.ones(int(good.sum()), dtype=np.int64),
            columns=[text.filter(keep) for text in texts],
            numbers=[
                np.asarray(number.filter(keep).to_numpy(zero_copy_only=False), dtype=np.bool_) for number in numbers
            ],
            odd=odd,
        )

    def _batches(self) -> Iterator[tuple[int, pa.RecordBatch]]:
        first = 1
        with pa.memory_map(str(self._sheet.file)) as source, pa.ipc.open_file(source) as reader:
            for place in range(reader.num_record_batches):
                batch = reader.get_batch(place)
                yield first, batch
                first += batch.num_rows


def _halves(batch: pa.RecordBatch) -> tuple[list[Any], list[Any]]:
    """The texts of the cells, and whether each is a number."""
    half = batch.num_columns // 2
    return list(batch.columns[:half]), list(batch.columns[half:])


def _marked(texts: Any, numbers: Any) -> list[str]:
    pairs = zip(texts.to_pylist(), numbers.to_pylist(), strict=True)
    return [NumberCell(text) if number else text for text, number in pairs]
