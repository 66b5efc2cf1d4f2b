"""What a corrected file changes of what its first version said.

A line with a key is the same line where account and key are. One without is the same where its content and occurrence
are; of the others, as many lines of the old version as of the new one between the same two unchanged lines are taken
for the same ones changed, in their order. What another file states as well is not withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from reconciliation.intake.verdicts import KnownFile, database

UNCHANGED, CHANGED, WITHDRAWN, KEPT, ADDED = KINDS = ("unchanged", "changed", "withdrawn", "kept", "added")
_OLD = ["line", "account", "key", "fingerprint", "occurrence", "currency", "scale", "amount"]
_STATED = ["account", "key", "fingerprint", "occurrence"]

_NO_OLD = """
CREATE TEMP VIEW old_records AS
SELECT line, account, key, fingerprint, 1 AS occurrence, currency, scale, amount, 0::BIGINT AS record FROM lines LIMIT 0
"""
_LINES = """
CREATE TEMP TABLE fresh AS
SELECT file_row_number AS i, "row" AS new_row, line, coalesce(account, '') AS account, key, fingerprint,
    row_number() OVER (PARTITION BY account, key, fingerprint ORDER BY file_row_number) AS occurrence
FROM lines WHERE coalesce(coalesce(booking_date, value_date) >= DATE '{first_day}', true);
CREATE TEMP TABLE old AS SELECT * REPLACE (coalesce(account, '') AS account) FROM old_records;
CREATE TEMP TABLE same AS
SELECT old.record, i FROM old JOIN fresh USING (account, key, fingerprint) WHERE fresh.occurrence = 1
UNION ALL
SELECT old.record, i FROM old JOIN fresh USING (fingerprint, occurrence) WHERE old.key IS NULL AND fresh.key IS NULL;
CREATE TEMP TABLE changed AS
SELECT record, min(i) AS i FROM old ANTI JOIN same USING (record) JOIN fresh USING (account, key)
WHERE i NOT IN (SELECT i FROM same) GROUP BY record;
"""
_HUNKS = """
CREATE TEMP TABLE in_place AS
WITH old_lines AS (
    SELECT old.record, last_value(same.record IGNORE NULLS) OVER before AS after_record,
        same.record IS NULL AND old.key IS NULL AS is_left
    FROM old LEFT JOIN same USING (record)
    WINDOW before AS (ORDER BY old.line, old.record ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), new_lines AS (
    SELECT fresh.i, last_value(same.record IGNORE NULLS) OVER before AS after_record,
        same.i IS NULL AND fresh.key IS NULL AS is_left
    FROM fresh LEFT JOIN same USING (i)
    WINDOW before AS (ORDER BY fresh.i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), old_hunks AS (
    SELECT record, coalesce(after_record, -1) AS hunk, count(*) OVER hunk AS lines,
        row_number() OVER (PARTITION BY coalesce(after_record, -1) ORDER BY record) AS place
    FROM old_lines WHERE is_left WINDOW hunk AS (PARTITION BY coalesce(after_record, -1))
), new_hunks AS (
    SELECT i, coalesce(after_record, -1) AS hunk, count(*) OVER hunk AS lines,
        row_number() OVER (PARTITION BY coalesce(after_record, -1) ORDER BY i) AS place
    FROM new_lines WHERE is_left WINDOW hunk AS (PARTITION BY coalesce(after_record, -1))
)
SELECT record, i FROM old_hunks JOIN new_hunks USING (hunk, lines, place);
"""
_KINDS = """
CREATE TEMP TABLE difference AS
WITH held AS (
    SELECT record FROM old SEMI JOIN stated ON stated.key = old.key AND coalesce(stated.account, '') = old.account
    UNION
    SELECT record FROM old SEMI JOIN stated ON stated.key IS NULL AND old.key IS NULL
        AND stated.fingerprint = old.fingerprint AND stated.occurrence = old.occurrence
), paired AS (
    SELECT 'unchanged' AS kind, record, i FROM same
    UNION ALL SELECT 'changed', record, i FROM changed
    UNION ALL SELECT 'changed', record, i FROM in_place WHERE record NOT IN (SELECT record FROM held)
), alone AS (
    SELECT if(held.record IS NULL, 'withdrawn', 'kept') AS kind, old.record, NULL AS i
    FROM old ANTI JOIN paired USING (record) LEFT JOIN held USING (record)
    UNION ALL
    SELECT 'added', NULL, i FROM fresh ANTI JOIN paired USING (i)
)
SELECT kind, record, i, new_row FROM (FROM paired UNION ALL FROM alone) LEFT JOIN fresh USING (i);
"""
_TOTALS = """
SELECT kind, currency, scale, count(*) AS lines, sum(amount)::HUGEINT::VARCHAR AS total FROM (
    SELECT kind, coalesce(lines.currency, old.currency) AS currency, coalesce(lines.scale, old.scale) AS scale,
        coalesce(lines.amount, old.amount) AS amount
    FROM difference LEFT JOIN old USING (record) LEFT JOIN lines ON lines.file_row_number = difference.i
) GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Total:
    """Of one kind, currency and scale; after the change where there is one."""

    kind: str
    currency: str
    scale: int
    lines: int
    amount: int


@dataclass(frozen=True)
class Difference:
    """`rows` have `kind`, the `record` of the old version, and of the new one its number `i` and its `new_row`."""

    rows: pa.Table
    totals: tuple[Total, ...]

    def count(self, kind: str) -> int:
        return sum(total.lines for total in self.totals if total.kind == kind)


def difference(
    lines: Path, old: Sequence[KnownFile], stated: Sequence[Path], cut_over: date | None = None
) -> Difference:
    """`lines` are those of the corrected file, with their fingerprints, of which those before the cut-over are left
    out; `stated` is what other files were found to have of the old version's records.
    """
    with database(lines) as connection:
        _offer(connection, old, stated)
        first_day = (cut_over or date.min).isoformat()
        for statement in (_LINES.format(first_day=first_day), _HUNKS, _KINDS):
            connection.execute(statement)
        rows = connection.sql("FROM difference ORDER BY i NULLS LAST, record").to_arrow_table()
        totals = connection.execute(_TOTALS).fetchall()
    return Difference(
        rows,
        tuple(Total(kind, currency, scale, lines, int(total or 0)) for kind, currency, scale, lines, total in totals),
    )


def _offer(connection: duckdb.DuckDBPyConnection, old: Sequence[KnownFile], stated: Sequence[Path]) -> None:
    if old:
        connection.register("old_records", pa.concat_tables([file.rows(_OLD) for file in old]))
    else:  # no line of the old version became a record
        connection.execute(_NO_OLD)
    if stated:
        paths = [str(path) for path in stated]
        connection.read_parquet(paths, union_by_name=True).project(", ".join(_STATED)).create_view("stated")
    else:
        connection.execute(
            "CREATE TEMP VIEW stated AS SELECT account, key, fingerprint, occurrence FROM old_records LIMIT 0"
        )
