"""One Arrow table into one database table: COPY on PostgreSQL, `executemany` on SQLite."""

from collections.abc import Iterator
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection, models
from psycopg import sql

ROWS_PER_BLOCK = 20_000


def copy(model: type[models.Model], table: pa.Table) -> None:
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


def insert(model: type[models.Model], table: pa.Table) -> None:
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
