"""Which records of a spool are new, which the source has, and which contradict another line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconciliation.intake.account import Tally
from reconciliation.intake.identity import Conflict, conflicts_of, of_verdict
from reconciliation.intake.snapshot import SnapshotWriter
from reconciliation.intake.spool import ROWS_AT_ONCE, Spool
from reconciliation.intake.verdicts import KnownFile, database, odd_lines
from reconciliation.money import to_decimal

_SUMS = """
SELECT verdict, currency, scale, sum(amount) FROM lines JOIN odd ON odd.i = lines.file_row_number
WHERE amount IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
_REFUSED = "SELECT lines.* FROM lines JOIN odd ON odd.i = lines.file_row_number WHERE verdict = 'conflict' ORDER BY i"
_EARLY = """
SELECT i, coalesce(occurrence, 1)::INTEGER AS occurrence, if(early.is_early, 'before', verdict) AS verdict,
    against_line, against_file, against_record
FROM told FULL JOIN (
    SELECT file_row_number AS i, true AS is_early FROM lines WHERE coalesce(booking_date, value_date) < $cut_over
) AS early USING (i) ORDER BY i
"""
TAKEN_OUT = ("duplicate", "conflict", "before")


@dataclass(frozen=True)
class Sorted:
    """The lines of a file by what becomes of them; `snapshot` has the new ones, `duplicates` those known before."""

    snapshot: Path
    count: int
    duplicates: Path | None
    gone: dict[str, int]
    """The records that became none, by verdict."""
    tallies: dict[str, Tally]
    conflicting: pa.Table
    conflicts: tuple[Conflict, ...]


def sort_out(
    spool: Spool,
    known: Sequence[KnownFile],
    snapshot: Path,
    duplicates: Path,
    report: Callable[[str, float], None],
    *,
    cut_over: date | None = None,
) -> Sorted:
    """The spool itself is the snapshot where all of its lines are new and none is the twin of another. Lines before the
    cut-over become no records, whatever else they are.
    """
    report("identify", 0)
    with database(spool.path) as connection:
        odd = _with_early(connection, odd_lines(connection, known), cut_over)
        connection.register("odd", odd)
        refused = connection.sql(_REFUSED).to_arrow_table()
        spans = {verdict: spool.spans_of(_rows(odd, verdict)) for verdict in TAKEN_OUT}
        tallies = {verdict: Tally(int(lines.sum())) for verdict, lines in spans.items()}
        _add_up(connection, tallies)
    report("snapshot", 0)
    gone = {verdict: len(_rows(odd, verdict)) for verdict in tallies}
    if odd.num_rows:
        _write(spool, odd, snapshot, duplicates, lambda share: report("snapshot", share))
    return Sorted(
        snapshot=snapshot if odd.num_rows else spool.path,
        count=spool.rows - sum(gone.values()),
        duplicates=duplicates if gone["duplicate"] else None,
        gone=gone,
        tallies=tallies,
        conflicting=refused,
        conflicts=conflicts_of(refused, of_verdict(odd, "conflict")),
    )


def _with_early(connection: duckdb.DuckDBPyConnection, odd: pa.Table, cut_over: date | None) -> pa.Table:
    if cut_over is None:
        return odd
    connection.register("told", odd)
    found: pa.Table = connection.sql(_EARLY, params={"cut_over": cut_over}).to_arrow_table()
    return found


def _rows(odd: pa.Table, verdict: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return of_verdict(odd, verdict)["i"].to_numpy()


def _add_up(connection: duckdb.DuckDBPyConnection, tallies: dict[str, Tally]) -> None:
    for verdict, currency, scale, total in connection.execute(_SUMS).fetchall():
        if verdict in tallies:
            tallies[verdict].add(0, {currency: to_decimal(int(total), scale)})


def _write(spool: Spool, odd: pa.Table, snapshot: Path, duplicates: Path, report: Callable[[float], None]) -> None:
    """The new records with their occurrences into one file, those that the source has into another."""
    with SnapshotWriter(snapshot) as new, SnapshotWriter(duplicates) as again, pq.ParquetFile(spool.path) as file:
        start = 0
        for batch in file.iter_batches(ROWS_AT_ONCE):
            part = _Part(pa.Table.from_batches([batch]), start, odd)
            new.write(part.new())
            again.write(part.duplicates(spool))
            start += batch.num_rows
            report(start / spool.rows)


class _Part:
    """Some records of the spool in a row, with what is known of the odd ones among them."""

    def __init__(self, records: pa.Table, start: int, odd: pa.Table) -> None:
        first, end = np.searchsorted(odd["i"].to_numpy(), (start, start + records.num_rows))
        self._odd = odd.slice(first, end - first)
        self._start = start
        occurrence = np.ones(records.num_rows, dtype=np.int32)
        occurrence[self._odd["i"].to_numpy() - start] = self._odd["occurrence"].to_numpy()
        place = records.schema.get_field_index("occurrence")
        self._records = records.set_column(place, "occurrence", pa.array(occurrence))

    def new(self) -> pa.Table:
        gone = self._odd.filter(pc.not_equal(self._odd["verdict"], pa.scalar("new")))
        if not gone.num_rows:
            return self._records
        kept = np.ones(self._records.num_rows, dtype=np.bool_)
        kept[gone["i"].to_numpy() - self._start] = False
        return self._records.filter(pa.array(kept))

    def duplicates(self, spool: Spool) -> pa.Table:
        """With the record that each of them equals, if that was there before its file, and the lines it takes up."""
        known = of_verdict(self._odd, "duplicate")
        rows = known["i"].to_numpy()
        found = self._records.take(pa.array(rows - self._start))
        found = found.append_column("against_record", known["against_record"].cast(pa.int64()))
        return found.append_column("span", pa.array(spool.spans_of(rows)))
