"""Two CSV files to matches in a database: written by hand for these very files, and as the usual Django app does it."""

import csv
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from django.db import connection

from benchmarks.floor import match_by_hand
from benchmarks.import_floor import ROWS_PER_CREATE, as_record
from reconciliation.models import MatchLeg, Record

ROWS = 50_000
FEE = 5
MONEY = pa.decimal128(18, 2)
TABLES = """
CREATE TABLE IF NOT EXISTS {side} (id bigint PRIMARY KEY, account text, booking_date date, amount bigint, currency text,
    reference text, counterparty text, text text, batch text);
CREATE INDEX IF NOT EXISTS {side}_by_date ON {side} (account, booking_date);
CREATE INDEX IF NOT EXISTS {side}_by_reference ON {side} (reference);
"""
FOUND = """
CREATE TABLE IF NOT EXISTS found (run_id int, left_id bigint, right_id bigint, score float8, difference bigint);
CREATE UNIQUE INDEX IF NOT EXISTS found_by_left ON found (run_id, left_id, right_id);
CREATE INDEX IF NOT EXISTS found_by_right ON found (run_id, right_id);
"""
FIRST_PAGE = """
SELECT l.* FROM bare_left l WHERE NOT EXISTS (SELECT 1 FROM found m WHERE m.run_id = {run} AND m.left_id = l.id)
ORDER BY l.id LIMIT 50
"""


class Bare:
    """No mapping, no account of lines, no reasons, nobody who is allowed or not: COPY, DuckDB, COPY."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loads = 0
        for side in ("left", "right"):
            self._script(TABLES.format(side=f"bare_{side}"))
        self._script(FOUND)

    def load(self, files: dict[str, Path]) -> float:
        """Seconds."""
        start = time.perf_counter()
        first, snapshots = self._loads << 40, []
        self._loads += 1
        for side, path in files.items():
            table = _parsed(path)
            self._store(f"bare_{side}", table.set_column(0, "id", pc.add(table["id"], pa.scalar(first))))
            snapshots.append(self._folder / f"bare-{side}.parquet")
            keyed = table.append_column("party_key", pc.utf8_lower(table["counterparty"]))
            pq.write_table(keyed, snapshots[-1], compression="lz4")
        found = match_by_hand(*snapshots)
        for name in ("left_id", "right_id"):
            ids = pc.add(found[name], pa.scalar(first + 2))
            found = found.set_column(found.schema.get_field_index(name), name, ids)
        self._store("found", found.add_column(0, "run_id", pa.array([self._loads] * found.num_rows)))
        with connection.cursor() as cursor:
            cursor.execute(FIRST_PAGE.format(run=self._loads))
            cursor.fetchall()
        return time.perf_counter() - start

    def _script(self, text: str) -> None:
        with connection.cursor() as cursor:
            for statement in filter(str.strip, text.split(";")):
                cursor.execute(statement)

    def _store(self, name: str, table: pa.Table) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                    for batch in table.to_batches(ROWS):
                        sink = pa.BufferOutputStream()
                        pa.csv.write_csv(batch, sink, pa.csv.WriteOptions(include_header=False))
                        copy.write(sink.getvalue())
            else:
                raw: sqlite3.Connection = connection.connection
                places = ", ".join("?" * table.num_columns)
                raw.execute("BEGIN")
                for batch in table.to_batches(ROWS):
                    rows = zip(*(_plain(column).to_pylist() for column in batch.columns), strict=True)
                    raw.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
                raw.execute("COMMIT")
            cursor.execute(f"ANALYZE {name}")


def _parsed(path: Path) -> pa.Table:
    texts = dict.fromkeys(("account", "currency", "reference", "counterparty", "text", "batch"), pa.string())
    options = pa.csv.ConvertOptions(
        column_types={"id": pa.int64(), "booking_date": pa.date32(), "amount": MONEY, **texts}, strings_can_be_null=True
    )
    table = pa.csv.read_csv(path, convert_options=options)
    cents = pc.multiply(table["amount"], pa.scalar(100)).cast(pa.int64())
    return table.set_column(table.schema.get_field_index("amount"), "amount", cents)


def _plain(column: Any) -> Any:
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column


def usual(files: dict[str, Path]) -> float:
    """Seconds that `csv.DictReader`, `bulk_create` and a loop over dictionaries take."""
    start = time.perf_counter()
    for number, path in enumerate(files.values()):
        with path.open(newline="") as file:
            records = (as_record(row, place, number) for place, row in enumerate(csv.DictReader(file)))
            while chunk := list(islice(records, ROWS_PER_CREATE)):
                Record.objects.bulk_create(chunk)
    legs = _legs()
    while some := list(islice(legs, ROWS_PER_CREATE)):
        MatchLeg.objects.bulk_create(some)
    list(Record.objects.exclude(id__in=MatchLeg.objects.values("record_id")).order_by("id")[:50])
    return time.perf_counter() - start


def _legs() -> Iterator[MatchLeg]:
    """Equal reference and amount, else an amount that is lower by a fee of five at most."""
    by_reference: dict[tuple[str | None, str, str | None], list[Record]] = defaultdict(list)
    for record in Record.objects.filter(source_id=1).iterator(ROWS_PER_CREATE):
        by_reference[record.account, record.currency, record.reference].append(record)
    for group, left in enumerate(Record.objects.filter(source_id=0, reference__isnull=False).order_by("id")):
        rights = by_reference[left.account, left.currency, left.reference]
        near = [right for right in rights if abs((left.money or Decimal()) - (right.money or Decimal())) <= FEE]
        if near:
            right = min(near, key=lambda one: (abs((left.amount or 0) - (one.amount or 0)), one.id))
            rights.remove(right)
            for side, record in (("left", left), ("right", right)):
                yield MatchLeg(
                    group_id=group,
                    record_id=record.id,
                    project_id=0,
                    side=side,
                    amount=record.amount or 0,
                    scale=record.scale,
                    confirmed=True,
                )
