"""The comparison of a file's lines with one another and with what the source has, for all of them at once.

DuckDB reads both from files within a memory limit. Its answer names only the lines that are out of the ordinary: every
other one is new, and the first of its content.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MEMORY_LIMIT = "128MB"
_KNOWN_FIELDS: dict[str, pa.DataType] = {
    "account": pa.string(),
    "key": pa.string(),
    "line": pa.int64(),
    "fingerprint": pa.string(),
    "occurrence": pa.int32(),
    "filename": pa.string(),
    "file_row_number": pa.int64(),
}
_NOTHING_KNOWN = pa.schema(_KNOWN_FIELDS).empty_table()

_LINES = """
CREATE TEMP VIEW fresh AS
SELECT file_row_number AS i, line, coalesce(account, '') AS account, key, fingerprint FROM lines;
CREATE TEMP VIEW known AS
SELECT coalesce(account, '') AS account, key, line, fingerprint, occurrence, files.file,
    files.first_record_id + file_row_number AS record_id
FROM snapshots JOIN files USING (filename)
ANTI JOIN retired ON retired.filename = snapshots.filename AND retired.number = snapshots.file_row_number;
"""
_TWINS = """
CREATE TEMP TABLE twins AS
SELECT i, fingerprint, row_number() OVER (PARTITION BY fingerprint ORDER BY i) AS occurrence
FROM fresh SEMI JOIN (
    SELECT fingerprint FROM fresh WHERE key IS NULL GROUP BY fingerprint HAVING count(*) > 1
) AS several USING (fingerprint) WHERE key IS NULL;
CREATE TEMP TABLE known_twins AS
SELECT fingerprint, occurrence, min(record_id) AS record_id
FROM known SEMI JOIN (SELECT fingerprint FROM fresh WHERE key IS NULL) AS mine USING (fingerprint)
WHERE key IS NULL GROUP BY ALL;
"""
_ODD = """
WITH shared AS (
    SELECT account, key, min(i) AS first_i, arg_min(fingerprint, i) AS first_content
    FROM fresh WHERE key IS NOT NULL GROUP BY account, key HAVING count(*) > 1
), rivals AS (
    SELECT account, key, any_value(first_i) AS first_i, any_value(first_content) AS first_content,
        min(line) AS first_line, min(line) FILTER (fingerprint <> first_content) AS other_line
    FROM fresh JOIN shared USING (account, key) GROUP BY account, key
), known_keys AS (
    SELECT account, key, fingerprint AS content, line AS known_line, file, record_id
    FROM known SEMI JOIN (SELECT account, key FROM fresh WHERE key IS NOT NULL) AS mine USING (account, key)
), keyed AS (
    SELECT fresh.i, 1 AS occurrence,
        CASE
            WHEN known_keys.key IS NOT NULL THEN if(content = fresh.fingerprint, 'duplicate', 'conflict')
            WHEN rivals.other_line IS NOT NULL THEN 'conflict'
            WHEN fresh.i > rivals.first_i THEN 'duplicate'
            ELSE 'new'
        END AS verdict,
        coalesce(known_line, if(fresh.fingerprint = rivals.first_content, other_line, first_line)) AS against_line,
        known_keys.file AS against_file, known_keys.record_id AS against_record
    FROM fresh LEFT JOIN rivals USING (account, key) LEFT JOIN known_keys USING (account, key)
    WHERE fresh.key IS NOT NULL AND (rivals.key IS NOT NULL OR known_keys.key IS NOT NULL)
), highest AS (
    SELECT fingerprint, max(occurrence) AS occurrences FROM known_twins GROUP BY fingerprint
), content AS (
    SELECT fresh.i, coalesce(twins.occurrence, 1) AS occurrence,
        if(occurrences >= coalesce(twins.occurrence, 1), 'duplicate', 'new') AS verdict,
        NULL AS against_line, NULL AS against_file, same.record_id AS against_record
    FROM fresh
    LEFT JOIN twins USING (i)
    LEFT JOIN highest ON highest.fingerprint = fresh.fingerprint
    LEFT JOIN known_twins AS same
        ON same.fingerprint = fresh.fingerprint AND same.occurrence = coalesce(twins.occurrence, 1)
    WHERE fresh.key IS NULL AND (twins.i IS NOT NULL OR highest.fingerprint IS NOT NULL)
)
SELECT i, occurrence::INTEGER AS occurrence, verdict, against_line, against_file, against_record
FROM (FROM keyed UNION ALL FROM content) WHERE verdict <> 'new' OR occurrence > 1 ORDER BY i
"""


@dataclass(frozen=True)
class KnownFile:
    """What the source has from an earlier file; its rows in `retired` are no longer true, as a later file said."""

    file_name: str
    snapshot: Path
    first_record_id: int = 0
    retired: tuple[int, ...] = ()

    def rows(self, columns: list[str]) -> pa.Table:
        """With the id of each record as `record`."""
        table = pq.read_table(self.snapshot, columns=columns)
        ids = np.arange(self.first_record_id, self.first_record_id + table.num_rows)
        table = table.append_column("record", pa.array(ids, pa.int64()))
        if not self.retired:
            return table
        stands = np.ones(table.num_rows, dtype=np.bool_)
        stands[list(self.retired)] = False
        return table.filter(pa.array(stands))


@contextmanager
def database(lines: Path | pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """With the lines of a file, their fingerprints among them, as the view `lines`; `file_row_number` counts them."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 2}) as connection:
        if isinstance(lines, Path):
            connection.read_parquet(str(lines), file_row_number=True).create_view("lines")
        else:
            connection.register(
                "lines", lines.append_column("file_row_number", pa.array(range(lines.num_rows), pa.int64()))
            )
        yield connection


def odd_lines(connection: duckdb.DuckDBPyConnection, known: Sequence[KnownFile]) -> pa.Table:
    """Of each line that is not plainly new: its number, occurrence and verdict, the line and file that its key is of
    already, and the record that it equals or contradicts.
    """
    _offer(connection, known)
    connection.execute(_LINES)
    connection.execute(_TWINS)
    found: pa.Table = connection.sql(_ODD).to_arrow_table()
    return found


def _offer(connection: duckdb.DuckDBPyConnection, known: Sequence[KnownFile]) -> None:
    paths = [str(file.snapshot) for file in known]
    names = {"filename": paths, "file": [file.file_name for file in known]}
    files: dict[str, pa.Array[Any]] = {name: pa.array(values, pa.string()) for name, values in names.items()}
    files["first_record_id"] = pa.array([file.first_record_id for file in known], pa.int64())
    connection.register("files", pa.table(files))
    connection.register("retired", _retired(known))
    if known:
        read = connection.read_parquet(paths, filename=True, file_row_number=True, union_by_name=True)
        read.create_view("snapshots")
    else:
        connection.register("snapshots", _NOTHING_KNOWN)


def _retired(known: Sequence[KnownFile]) -> pa.Table:
    paths = [str(file.snapshot) for file in known for _ in file.retired]
    numbers = [number for file in known for number in file.retired]
    return pa.table({"filename": pa.array(paths, pa.string()), "number": pa.array(numbers, pa.int64())})
