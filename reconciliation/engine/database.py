"""DuckDB, asked only by built expressions."""

from collections.abc import Iterable
from functools import reduce
from types import TracebackType
from typing import Self, cast

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL
from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.errors import AmountOutOfRangeError
from reconciliation.engine.keys import TOKENS_MACRO
from reconciliation.engine.normalise import words_of
from reconciliation.engine.similarity import functions

_DIALECT = "duckdb"


class Database:
    """One in-memory database with a memory limit; what does not fit goes to temporary files."""

    def __init__(self, *, memory_limit: str, threads: int) -> None:
        self._connection = duckdb.connect(
            config={"memory_limit": memory_limit, "threads": threads, "preserve_insertion_order": False}
        )
        self._connection.execute(TOKENS_MACRO)
        self._connection.create_function(
            "words_of",
            words_of,
            ["VARCHAR"],
            "VARCHAR",
            type=ARROW,
            null_handling=SPECIAL,  # punctuation has no word
        )
        for name, function in functions().items():
            self._connection.create_function(name, function, ["VARCHAR", "VARCHAR"], "INTEGER", type=ARROW)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def view_of_parquet(self, name: str, path: str) -> None:
        self._connection.read_parquet(path, file_row_number=True).create_view(name)

    def offer(self, name: str, table: pa.Table) -> None:
        """An Arrow table under a name, not copied."""
        self._connection.register(name, table)

    def keep(self, name: str, query: Expr) -> int:
        """Stores a query's rows as a temporary table, in place of what was there; returns how many there are."""
        create = exp.Create(
            this=exp.to_table(name),
            kind="TABLE",
            expression=query,
            replace=True,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
        return int(self._run(create).fetchall()[0][0])

    def see(self, name: str, query: Expr) -> None:
        """A query under a name, run again by whoever reads from it."""
        view = exp.Create(
            this=exp.to_table(name),
            kind="VIEW",
            expression=query,
            replace=True,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
        self._run(view)

    def drop(self, *names: str) -> None:
        for name in names:
            self._run(exp.Drop(this=exp.to_table(name), kind="TABLE", exists=True))

    def rows(self, query: Expr) -> list[tuple[object, ...]]:
        return cast(list[tuple[object, ...]], self._run(query).fetchall())

    def arrow(self, query: Expr) -> pa.Table:
        try:
            return cast(pa.Table, self._connection.sql(query.sql(_DIALECT)).to_arrow_table())
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise AmountOutOfRangeError(_too_large(error)) from error

    def _run(self, statement: Expr) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement.sql(_DIALECT))
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise AmountOutOfRangeError(_too_large(error)) from error


def _too_large(error: Exception) -> str:
    return f"An amount, or a sum of amounts, is too large to be exact: {error}"


def column(name: str, table: str | None = None) -> Condition:
    return exp.column(name, table=table, quoted=True)


def named(value: Expr, name: str) -> exp.Alias:
    return cast(exp.Alias, exp.alias_(value, name, quoted=True, copy=False))


def chosen(values: Iterable[Expr], table: str, alias: str | None = None) -> Select:
    """SELECT values FROM table."""
    source = exp.to_table(table)
    aliased = exp.alias_(source, alias, table=True, copy=False) if alias else source
    return exp.select(*values, copy=False).from_(aliased, copy=False)


def without(query: Select, table: str, on: Condition) -> Select:
    """Drops the rows for which the other table has one that fulfils the condition."""
    return query.join(exp.to_table(table), on=on, join_type="anti", copy=False)


def union_all(queries: Iterable[exp.Query]) -> exp.Query:
    """The rows of all queries, in no order."""
    first, *others = queries
    return reduce(lambda one, other: exp.union(one, other, distinct=False, copy=False), others, first)
