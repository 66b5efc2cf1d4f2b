"""The comparison of a file's lines with one another and with what the source has, for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from reconciliation.intake.fingerprint import fingerprint, mapped_fields

_NUMBERED = {"booking_date": pa.int32(), "value_date": pa.int32(), "occurred_at": pa.int64()}
_KNOWN_FIELDS: dict[str, pa.DataType] = {
    "account": pa.string(),
    "key": pa.string(),
    "line": pa.int64(),
    "fingerprint": pa.string(),
    "occurrence": pa.int32(),
}
_KNOWN_SCHEMA = pa.schema(_KNOWN_FIELDS)

_KNOWN = "CREATE TEMP VIEW known AS SELECT * REPLACE (coalesce(account, '') AS account) FROM known_records"
_VERDICTS = """
WITH twins AS (
    SELECT fingerprint FROM fresh WHERE key IS NULL GROUP BY fingerprint HAVING count(*) > 1
), numbered AS (
    SELECT i, row_number() OVER (PARTITION BY fingerprint ORDER BY i) AS occurrence
    FROM fresh SEMI JOIN twins USING (fingerprint) WHERE key IS NULL
), known_twins AS (
    SELECT fingerprint, max(occurrence) AS occurrences FROM known WHERE key IS NULL GROUP BY fingerprint
), shared AS (
    SELECT account, key, min(i) AS first_i, arg_min(fingerprint, i) AS first_content
    FROM fresh WHERE key IS NOT NULL GROUP BY account, key HAVING count(*) > 1
), rivals AS (
    SELECT account, key, any_value(first_i) AS first_i, any_value(first_content) AS first_content,
        min(line) AS first_line, min(line) FILTER (fingerprint <> first_content) AS other_line
    FROM fresh JOIN shared USING (account, key) GROUP BY account, key
), known_keys AS (
    SELECT account, key, fingerprint AS content, line AS known_line, file FROM known WHERE key IS NOT NULL
)
SELECT fresh.i, fresh.fingerprint, coalesce(numbered.occurrence, 1)::INTEGER AS occurrence,
    CASE
        WHEN known_keys.key IS NOT NULL THEN if(content = fresh.fingerprint, 'duplicate', 'conflict')
        WHEN rivals.other_line IS NOT NULL THEN 'conflict'
        WHEN rivals.key IS NOT NULL AND fresh.i > rivals.first_i THEN 'duplicate'
        WHEN known_twins.occurrences >= coalesce(numbered.occurrence, 1) THEN 'duplicate'
        ELSE 'new'
    END AS verdict,
    coalesce(known_line, if(fresh.fingerprint = rivals.first_content, other_line, first_line)) AS against_line,
    known_keys.file AS against_file
FROM fresh
LEFT JOIN numbered ON numbered.i = fresh.i
LEFT JOIN known_twins ON fresh.key IS NULL AND known_twins.fingerprint = fresh.fingerprint
LEFT JOIN rivals ON rivals.key = fresh.key AND rivals.account = fresh.account
LEFT JOIN known_keys ON known_keys.key = fresh.key AND known_keys.account = fresh.account
ORDER BY fresh.i
"""


@dataclass(frozen=True)
class KnownFile:
    """What the source has from an earlier file; its rows in `retired` are no longer true, as a later file said."""

    file_name: str
    snapshot: Path
    first_record_id: int = 0
    retired: tuple[int, ...] = ()

    def rows(self, columns: list[str]) -> pa.Table:
        table = pq.read_table(self.snapshot, columns=columns)
        if not self.retired:
            return table
        stands = np.ones(table.num_rows, dtype=np.bool_)
        stands[list(self.retired)] = False
        return table.filter(pa.array(stands))


def verdicts_on(records: pa.Table, known: Sequence[KnownFile]) -> pa.Table:
    """For each record, in order: fingerprint, occurrence, verdict, and the line and file it contradicts."""
    with duckdb.connect() as connection:
        connection.register("records", _comparable(records))
        connection.register("known_records", _known(known))
        connection.execute(_fresh(mapped_fields(records.schema)))
        connection.execute(_KNOWN)
        verdicts: pa.Table = connection.sql(_VERDICTS).to_arrow_table()
    return verdicts


@lru_cache
def _fresh(fields: tuple[str, ...]) -> str:
    account = exp.func("coalesce", exp.column("account"), exp.Literal.string("")).as_("account")
    content = fingerprint(fields).as_("fingerprint")
    lines = exp.select("i", "line", account, "key", content).from_("records")
    return f"CREATE TEMP TABLE fresh AS {lines.sql('duckdb')}"


def _comparable(records: pa.Table) -> pa.Table:
    """With its row number, without the raw cells, and with days and instants as numbers: no time zone changes them."""
    names = [name for name in records.column_names if not name.startswith("cell_")]
    table = records.select(names).append_column("i", pa.array(range(records.num_rows), pa.int64()))
    for name, kind in _NUMBERED.items():
        table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    return table


def _known(known: Sequence[KnownFile]) -> pa.Table:
    tables = [_KNOWN_SCHEMA.empty_table().append_column("file", pa.array([], pa.string()))]
    for file in known:
        rows = file.rows(_KNOWN_SCHEMA.names)
        tables.append(rows.append_column("file", pa.repeat(file.file_name, rows.num_rows)))
    return pa.concat_tables(tables, promote_options="permissive")
