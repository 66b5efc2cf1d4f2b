"""What the engine asks of a database: built expressions in, tables and Arrow out."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import reduce
from types import TracebackType
from typing import Self, cast

import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.inputs import Snapshot


class Database(ABC):
    """A place of its own for one run, gone with it; the same expressions give the same rows on every kind."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def view_of(self, name: str, snapshot: Snapshot) -> None:
        """A snapshot under a name, with the place of each row in it as `file_row_number`, counted from nought."""

    @abstractmethod
    def offer(self, name: str, table: pa.Table) -> None:
        """An Arrow table under a name."""

    @abstractmethod
    def keep(self, name: str, query: Expr) -> int:
        """Stores a query's rows under a name, in place of what was there; returns how many there are."""

    @abstractmethod
    def see(self, name: str, query: Expr) -> None:
        """A query under a name, run again by whoever reads from it."""

    @abstractmethod
    def drop(self, *names: str) -> None: ...

    @abstractmethod
    def arrow(self, query: Expr) -> pa.Table:
        """Raises AmountOutOfRangeError, as `keep` and `rows` do, where a sum leaves 64 bits."""

    @abstractmethod
    def rows(self, query: Expr) -> list[tuple[object, ...]]: ...


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
