"""What the lines of a file that were known before are equal to, and which of them may be payments of their own.

A line without a key is taken for a record of the same content. That is right where the file repeats what an earlier one
said, and wrong where each of the two tells of its own part of a day: then some of the earlier file's lines of that day
are not in this one, and the line is in doubt.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.intake.snapshot import ROWS_PER_GROUP
from reconciliation.intake.verdicts import MEMORY_LIMIT, KnownFile

_RETIRED_FIELDS: dict[str, pa.DataType] = {"filename": pa.string(), "number": pa.int64()}
_RETIRED = pa.schema(_RETIRED_FIELDS)
_COMPARED = """
WITH known AS (
    SELECT coalesce(account, '') AS account, key, fingerprint, occurrence, booking_date AS day, line,
        snapshots.filename, files.file, files.first_record_id + snapshots.file_row_number AS record
    FROM snapshots JOIN files USING (filename)
    ANTI JOIN retired ON retired.filename = snapshots.filename AND retired.number = snapshots.file_row_number
), again AS (
    SELECT file_row_number AS place, line, coalesce(account, '') AS account, key, fingerprint, occurrence
    FROM duplicates
), equals AS (
    SELECT place, known.* FROM again JOIN known USING (account, key) WHERE again.key IS NOT NULL
    UNION ALL
    SELECT place, known.* FROM again JOIN known USING (fingerprint, occurrence)
    WHERE again.key IS NULL AND known.key IS NULL
), first AS (
    SELECT * FROM equals QUALIFY row_number() OVER (PARTITION BY place ORDER BY record) = 1
), of_day AS (
    SELECT filename, account, day, count(*) AS lines FROM known WHERE key IS NULL GROUP BY ALL
), shared AS (
    SELECT filename, account, day, count(*) AS lines FROM first WHERE key IS NULL GROUP BY ALL
)
SELECT again.place, again.line, first.record AS against_record, first.line AS against_line, first.file AS against_file,
    again.key IS NULL AND coalesce(shared.lines < of_day.lines, false) AS doubt
FROM again LEFT JOIN first USING (place)
LEFT JOIN of_day ON of_day.filename = first.filename AND of_day.account = first.account
    AND of_day.day IS NOT DISTINCT FROM first.day
LEFT JOIN shared ON shared.filename = first.filename AND shared.account = first.account
    AND shared.day IS NOT DISTINCT FROM first.day
ORDER BY again.place
"""


def compared(duplicates: Path, known: Sequence[KnownFile]) -> pa.Table:
    """For each row of the file of duplicates: its line, the record it equals, and whether that is in doubt."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 2}) as connection:
        connection.read_parquet(str(duplicates), file_row_number=True).create_view("duplicates")
        paths = [str(file.snapshot) for file in known]
        files = {
            "filename": pa.array(paths, pa.string()),
            "file": pa.array([file.file_name for file in known], pa.string()),
            "first_record_id": pa.array([file.first_record_id for file in known], pa.int64()),
        }
        connection.register("files", pa.table(files))
        retired = [{"filename": str(file.snapshot), "number": number} for file in known for number in file.retired]
        connection.register("retired", pa.Table.from_pylist(retired, schema=_RETIRED))
        read = connection.read_parquet(paths, filename=True, file_row_number=True, union_by_name=True)
        read.create_view("snapshots")
        found: pa.Table = connection.sql(_COMPARED).to_arrow_table()
    return found


def row_at(snapshot: Path, place: int) -> pa.Table:
    """One row of a snapshot; none where it has no such row."""
    with pq.ParquetFile(snapshot) as file:
        if not 0 <= place < file.metadata.num_rows:
            return file.schema_arrow.empty_table()
        group = file.read_row_group(place // ROWS_PER_GROUP)
    return group.slice(place % ROWS_PER_GROUP, 1)
