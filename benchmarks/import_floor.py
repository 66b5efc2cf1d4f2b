"""The same rows stored by hand, and by the usual Django app: what the database alone takes for them."""

import csv
import sqlite3
import time
import uuid
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.db import connection

from reconciliation.models import Record

BLOCK = 1 << 20
ROWS_PER_CREATE = 1_000
_FIRST_ID = 1 << 40  # beyond those of the import


def stored_by_hand(folder: Path) -> float:
    """Seconds for the rows that the table of records has, into an empty table with the same indexes."""
    return _copied(folder / "rows.csv") if connection.vendor == "postgresql" else _inserted(folder / "floor.sqlite3")


def created(path: Path, rows: int) -> float:
    """Seconds that `bulk_create` takes per row of the CSV file."""
    start = time.perf_counter()
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        numbered = enumerate(islice(reader, rows))
        while chunk := [as_record(row, number) for number, row in islice(numbered, ROWS_PER_CREATE)]:
            Record.objects.bulk_create(chunk)
    return (time.perf_counter() - start) / rows


def as_record(row: dict[str, str], number: int, source_id: int = 0) -> Record:
    return Record(
        id=_FIRST_ID * (source_id + 1) + number,
        project_id=0,
        source_id=source_id,
        import_id=0,
        line=number + 2,
        row=number + 1,
        key=row["id"],
        account=row["account"],
        booking_date=date.fromisoformat(row["booking_date"]),
        amount=int(Decimal(row["amount"]).scaleb(2)),
        scale=2,
        currency=row["currency"],
        reference=row["reference"] or None,
        counterparty=row["counterparty"] or None,
        text=row["text"] or None,
        fingerprint=uuid.UUID(int=number),
        occurrence=1,
    )


def _copied(path: Path) -> float:
    with connection.cursor() as cursor:
        with path.open("wb") as target, cursor.copy("COPY reconciliation_record TO STDOUT (FORMAT csv)") as rows:
            for block in rows:
                target.write(block)
        cursor.execute("CREATE TABLE floor (LIKE reconciliation_record INCLUDING ALL)")
        start = time.perf_counter()
        with path.open("rb") as source, cursor.copy("COPY floor FROM STDIN (FORMAT csv)") as copy:
            while block := source.read(BLOCK):
                copy.write(block)
        return time.perf_counter() - start


def _inserted(path: Path) -> float:
    """Row by row out of one database file into another, by one `executemany`."""
    with sqlite3.connect(connection.settings_dict["NAME"]) as source, sqlite3.connect(path) as target:
        target.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = normal")
        made = source.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'reconciliation_record' AND sql <> ''")
        target.executescript(";".join(sql for (sql,) in made))
        rows = source.execute("SELECT * FROM reconciliation_record ORDER BY id")
        places = ", ".join("?" * len(rows.description))
        start = time.perf_counter()
        target.executemany(f"INSERT INTO reconciliation_record VALUES ({places})", rows)
        target.commit()
        return time.perf_counter() - start
