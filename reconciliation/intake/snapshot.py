"""The immutable Parquet file of an import: row for row its records, with their keys, identities and raw cells."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.formats import headers_of

ROWS_PER_GROUP = 50_000
# A dictionary pays only where few values stand many times; LZ4 writes and reads twice as fast as what packs tighter.
FEW_VALUES = ["account", "currency"]


class SnapshotWriter:
    """Writes tables one after the other; whatever their sizes, all row groups but the last are of one size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        elif self._writer is not None:
            self._writer.close()

    def write(self, records: pa.Table) -> None:
        self._waiting.append(records)
        self._rows += records.num_rows
        if self._rows >= ROWS_PER_GROUP or self._writer is None:
            self._flush(whole=False)

    def close(self) -> None:
        """Again is nothing."""
        self._flush(whole=True)
        if self._writer is not None:
            self._writer.close()

    def _flush(self, *, whole: bool) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        if self._writer is None:
            dictionaries: Any = FEW_VALUES  # the stubs know all columns or none
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="lz4", use_dictionary=dictionaries)
        rows = table.num_rows if whole else table.num_rows - table.num_rows % ROWS_PER_GROUP
        if rows:
            self._writer.write_table(table.slice(0, rows), row_group_size=ROWS_PER_GROUP)
        self._waiting = [table.slice(rows)]
        self._rows = table.num_rows - rows


def write_snapshot(records: pa.Table, path: Path) -> None:
    with SnapshotWriter(path) as writer:
        writer.write(records)


def raw_cells(path: Path, row: int) -> tuple[tuple[str, str], ...]:
    """Header and cell of one row as the file has them; a column without a header is called by its number."""
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name.startswith("cell_")]
        headers = headers_of(file.schema_arrow)
        group = file.read_row_group(row // ROWS_PER_GROUP, columns=names)
    cells = group.slice(row % ROWS_PER_GROUP, 1).to_pylist()[0]
    titles = [*headers, *(f"Column {number + 1}" for number in range(len(headers), len(names)))]
    return tuple((title, cells[name] or "") for title, name in zip(titles, names, strict=False))
