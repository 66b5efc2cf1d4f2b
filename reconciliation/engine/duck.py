"""DuckDB, the engine's database by default: embedded, limited in memory, spilling to temporary files."""

from typing import cast

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL
from sqlglot import exp
from sqlglot.expressions import Expr

from reconciliation.engine.database import Database
from reconciliation.engine.errors import AmountOutOfRangeError
from reconciliation.engine.inputs import Snapshot
from reconciliation.engine.keys import TOKENS_MACRO
from reconciliation.engine.normalise import words_of
from reconciliation.engine.similarity import functions

_DIALECT = "duckdb"


class DuckDatabase(Database):
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

    def close(self) -> None:
        self._connection.close()

    def view_of(self, name: str, snapshot: Snapshot) -> None:
        self._connection.read_parquet(str(snapshot.path), file_row_number=True).create_view(name)

    def offer(self, name: str, table: pa.Table) -> None:
        """Not copied."""
        self._connection.register(name, table)

    def keep(self, name: str, query: Expr) -> int:
        return int(self._run(_created(name, "TABLE", query)).fetchall()[0][0])

    def see(self, name: str, query: Expr) -> None:
        self._run(_created(name, "VIEW", query))

    def drop(self, *names: str) -> None:
        for name in names:
            self._run(exp.Drop(this=exp.to_table(name), kind="TABLE", exists=True))

    def rows(self, query: Expr) -> list[tuple[object, ...]]:
        return cast(list[tuple[object, ...]], self._run(query).fetchall())

    def arrow(self, query: Expr) -> pa.Table:
        try:
            return cast(pa.Table, self._connection.sql(query.sql(_DIALECT)).to_arrow_table())
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise AmountOutOfRangeError.because(error) from error

    def _run(self, statement: Expr) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement.sql(_DIALECT))
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise AmountOutOfRangeError.because(error) from error


def _created(name: str, kind: str, query: Expr) -> exp.Create:
    return exp.Create(
        this=exp.to_table(name),
        kind=kind,
        expression=query,
        replace=True,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
