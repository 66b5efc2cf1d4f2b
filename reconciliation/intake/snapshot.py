"""The immutable Parquet file of an import: row for row its records, with their keys, identities and raw cells."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.formats import headers_of

ROWS_PER_GROUP = 50_000
# A dictionary pays only where few values stand many times; LZ4 writes and reads twice as fast as what packs tighter.
FEW_VALUES = ["account", "currency"]


def write_snapshot(records: pa.Table, path: Path) -> None:
    dictionaries: Any = FEW_VALUES  # the stubs know all columns or none
    pq.write_table(records, path, compression="lz4", use_dictionary=dictionaries, row_group_size=ROWS_PER_GROUP)


def raw_cells(path: Path, row: int) -> tuple[tuple[str, str], ...]:
    """Header and cell of one row as the file has them; a column without a header is called by its number."""
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name.startswith("cell_")]
        headers = headers_of(file.schema_arrow)
        group = file.read_row_group(row // ROWS_PER_GROUP, columns=names)
    cells = group.slice(row % ROWS_PER_GROUP, 1).to_pylist()[0]
    titles = [*headers, *(f"Column {number + 1}" for number in range(len(headers), len(names)))]
    return tuple((title, cells[name] or "") for title, name in zip(titles, names, strict=False))
