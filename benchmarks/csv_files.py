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
    return write_history(folder, events, 0)[0]


def write_history(folder: Path, events: int, more: int) -> tuple[Files, Files]:
    """A pair of files with the first events, and a pair with `more` later ones."""
    folder.mkdir(parents=True, exist_ok=True)
    made = statements(folder, events + more)
    pairs = []
    for name, later in (("", False), ("later-", True)):
        files = Files(folder / f"{name}left.csv", folder / f"{name}right.csv")
        for source, of_event, target in (
            (made.left, made.left_event, files.left),
            (made.right, made.right_event, files.right),
        ):
            _write(source, target, np.flatnonzero((of_event >= events) == later))
        pairs.append(files)
    made.left.unlink()
    made.right.unlink()
    return pairs[0], pairs[1]


def _write(source: Path, target: Path, rows: Ints, first_id: int = 0) -> None:
    with duckdb.connect() as database:
        database.register("chosen", pa.table({"number": rows}))
        database.execute(_WRITE, {"source": str(source), "target": str(target), "first": first_id})
