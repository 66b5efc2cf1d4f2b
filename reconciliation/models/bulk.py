"""Arrow tables into database tables: COPY on PostgreSQL, `executemany` on SQLite, in short transactions.

Rows loaded this way must carry their ids and belong to something unpublished, so that half of them is nothing yet.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection, models, transaction
from psycopg import sql

ROWS_PER_COPY = 200_000
ROWS_PER_BLOCK = 20_000
ROWS_PER_INSERT = 20_000


def nothing(rows: int) -> None:
    """Nobody watches, nothing guards."""


def load(
    model: type[models.Model],
    table: pa.Table,
    between: Callable[[int], None] = nothing,
    guard: Callable[[int], None] = nothing,
) -> None:
    """Insert every row; columns are named after the model's database columns.

    Each chunk is committed on its own. `guard` is called first in its transaction and raises to stop a worker whose
    work somebody else has taken over; `between` is called after it. Both get the number of rows written by then.
    """
    load_parts(model, (table,), between, guard)


def load_parts(
    model: type[models.Model],
    parts: Iterable[pa.Table],
    between: Callable[[int], None] = nothing,
    guard: Callable[[int], None] = nothing,
) -> None:
    """The same for rows that come part by part."""
    write, rows = (_copy, ROWS_PER_COPY) if connection.vendor == "postgresql" else (_insert, ROWS_PER_INSERT)
    done = 0
    for part in parts:
        for start in range(0, part.num_rows, rows):
            chunk = part.slice(start, rows)
            with transaction.atomic():
                guard(done)
                write(model, chunk)
            done += chunk.num_rows
            between(done)


def delete_range(model: type[models.Model], first: int, count: int, between: Callable[[int], None] = nothing) -> None:
    """Delete the rows whose primary keys lie in the block, in short transactions."""
    for start in range(first, first + count, ROWS_PER_INSERT):
        end = min(start + ROWS_PER_INSERT, first + count)
        model._default_manager.filter(pk__gte=start, pk__lt=end).delete()  # noqa: SLF001  Django's documented name
        between(end - first)


def _copy(model: type[models.Model], table: pa.Table) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(_table_of(model)), sql.SQL(", ").join(map(sql.Identifier, table.column_names))
    )
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for block in _csv_blocks(table):
            copy.write(block)


def _table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001  Django documents it as public


def _csv_blocks(table: pa.Table) -> Iterator[pa.Buffer]:
    """CSV in which a null is nothing and an empty text is quoted: what COPY takes for NULL and ''."""
    options = pa.csv.WriteOptions(include_header=False, batch_size=ROWS_PER_BLOCK)
    for start in range(0, table.num_rows, ROWS_PER_BLOCK):
        sink = pa.BufferOutputStream()
        pa.csv.write_csv(table.slice(start, ROWS_PER_BLOCK), sink, options)
        yield sink.getvalue()


def _insert(model: type[models.Model], table: pa.Table) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, table.column_names))
    places = ", ".join(["%s"] * table.num_columns)
    statement = f"INSERT INTO {quote(_table_of(model))} ({names}) VALUES ({places})"  # noqa: S608  quoted names only
    rows = list(zip(*(_plain(column).to_pylist() for column in table.columns), strict=True))
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _plain(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    """As Django writes it to SQLite: dates and times are text, times in UTC and without a fraction that is zero."""
    if pa.types.is_timestamp(column.type):
        # The stubs know strftime without a zone, and arrays where there are chunked ones.
        text: Any = pc.strftime(column.cast(pa.timestamp("us", "UTC")), "%Y-%m-%d %H:%M:%S")  # type: ignore[arg-type]
        return cast("pa.ChunkedArray[Any]", pc.replace_substring_regex(text, r"\.000000$", ""))
    if pa.types.is_date(column.type):
        return column.cast(pa.string())
    return column
