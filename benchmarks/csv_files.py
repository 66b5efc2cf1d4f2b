"""The statements of `benchmarks.statements` as the CSV files that a bank and a ledger export."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.statements import Ints, statements

PART = 500_000
_WRITE = """
COPY (
    SELECT $first + file_row_number + 1 AS id, account, booking_date,
        printf('%d.%02d', amount // 100, amount % 100) AS amount, currency, reference, counterparty, text, batch
    FROM read_parquet($source, file_row_number = true) SEMI JOIN chosen ON chosen.number = file_row_number
    ORDER BY file_row_number
) TO $target (FORMAT csv, HEADER)
"""


@dataclass(frozen=True)
class Files:
    """One file for each side."""

    left: Path
    right: Path


def write_left(folder: Path, rows: int) -> Path:
    """One file of so many rows, made in parts, so that the making needs little memory."""
    path = folder / f"left-{rows}.csv"
    if path.exists():
        return path
    with path.open("wb") as target:
        for seed, start in enumerate(range(0, rows, PART)):
            wanted = min(PART, rows - start)
            made = statements(folder, wanted + wanted // 20 + 100, seed=seed)
            part = folder / "part.csv"
            _write(made.left, part, np.arange(wanted), first_id=start)
            with part.open("rb") as source:
                header = source.readline()
                if not start:
                    target.write(header)
                shutil.copyfileobj(source, target)
    return path


def write_files(folder: Path, events: int) -> Files:
    """All events in one pair of files."""
    write_history(folder, events, 0, 0)
    return Files(folder / "left.csv", folder / "right.csv")


def write_history(folder: Path, events: int, more: int, days: int) -> None:
    """`left.csv` and `right.csv` with the first events; `0-left.csv` and so on with `more` later ones for each day."""
    folder.mkdir(parents=True, exist_ok=True)
    made = statements(folder, events + more * days)
    for side, source, of_event in (("left", made.left, made.left_event), ("right", made.right, made.right_event)):
        day = (of_event - events) // more if more else np.full(len(of_event), -1)
        _write(source, folder / f"{side}.csv", np.flatnonzero((of_event < events) | (day < 0)))
        for number in range(days):
            _write(source, folder / f"{number}-{side}.csv", np.flatnonzero((of_event >= events) & (day == number)))
        source.unlink()


def _write(source: Path, target: Path, rows: Ints, first_id: int = 0) -> None:
    with duckdb.connect() as database:
        database.register("chosen", pa.table({"number": rows}))
        database.execute(_WRITE, {"source": str(source), "target": str(target), "first": first_id})
