"""Where a run's records will stand, counted from the snapshots: a million in a fraction of what the database takes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconciliation.models.id_column import Ids
from reconciliation.models.parts import counted_parts
from reconciliation.models.tallies import HALF, KEY, SUMS, Counted
from reconciliation.runs.results import Results
from reconciliation.runs.sides import Brought

_COLUMNS = ("currency", "scale", "amount")


def counted_results(brought: Iterable[Brought], results: Results, *, confirmed: bool) -> list[Counted]:
    """The records of all confirmed groups, or of all suggested ones; of those used in part only that part."""
    whole = counted_records(brought, results.whole_records(confirmed=confirmed))
    return [*whole, *counted_parts(results.parts(confirmed=confirmed))]


def counted_records(brought: Iterable[Brought], record_ids: Ids) -> list[Counted]:
    """The records of these ids by source, currency and scale."""
    ordered = np.sort(record_ids)
    found: dict[Counted, Counter[str]] = {}
    for source_id, snapshot in brought:
        rows = pq.ParquetFile(snapshot.path).metadata.num_rows
        first, end = np.searchsorted(ordered, (snapshot.first_record_id, snapshot.first_record_id + rows))
        for line in counted_rows(source_id, snapshot.path, ordered[first:end] - snapshot.first_record_id):
            sums = found.setdefault(line[: len(KEY)], Counter())
            sums.update(dict(zip(SUMS, line[len(KEY) :], strict=True)))
    return [(*key, *(sums[name] for name in SUMS)) for key, sums in found.items()]


def counted_rows(source_id: int, path: Path, rows: Ids | None = None) -> list[Counted]:
    """These rows of a snapshot, or all of them."""
    table = pq.read_table(path, columns=list(_COLUMNS))
    if rows is not None:
        table = table.take(pa.array(rows, pa.int64()))
    amount = table["amount"].combine_chunks()
    halves = {"amount": amount, "gross": pc.abs_checked(amount)}
    for name, values in halves.items():
        table = table.append_column(f"{name}_upper", pc.shift_right(values, pa.scalar(HALF)))
        table = table.append_column(f"{name}_lower", pc.bit_wise_and(values, pa.scalar(2**HALF - 1)))
    summed = table.group_by(["currency", "scale"]).aggregate([([], "count_all"), *((name, "sum") for name in SUMS[1:])])
    return [(source_id, *_line(row)) for row in summed.to_pylist()]


def _line(row: dict[str, int | str | None]) -> Sequence[int | str]:
    sums = (row[f"{name}_sum"] or 0 for name in SUMS[1:])
    return (row["currency"] or "", row["scale"] or 0, row["count_all"] or 0, *sums)
