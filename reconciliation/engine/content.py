"""A fixed order of records that depends on what they say, not on where they stand."""

from collections.abc import Iterable

import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.components import Ints
from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.sources import Source
from reconciliation.engine.units import Units

_RANKED, _WANTED = "ranked", "wanted_units"
_FEW = 1_000


def ranked(database: Database, units: Units, sources: tuple[Source, ...], wanted: Ints) -> pa.Table:
    """Unit, rank and class of the wanted units; records equal on every mapped field share a class."""
    query, content, last = (
        _of_groups(database, units, wanted) if units.members else _of_records(database, sources, wanted)
    )
    database.keep(_RANKED, query)
    order = [column(name) for name in content]
    rank = _window(exp.RowNumber(), [*order, *(column(name) for name in last)])
    same = rank if units.members else _window(exp.Anonymous(this="dense_rank"), order)
    return database.arrow(chosen([column("unit"), named(rank, "rank"), named(same, "class")], _RANKED))


def _of_groups(database: Database, units: Units, wanted: Ints) -> tuple[Expr, list[str], list[str]]:
    names = ["currency", *units.side.texts, *(f"{field} first" for field in units.side.dates), "amount"]
    query = chosen([column("unit"), *(column(name) for name in names)], units.table)
    return query.where(_among(database, column("unit"), wanted, _WANTED)), names, ["unit"]


def _of_records(database: Database, sources: tuple[Source, ...], wanted: Ints) -> tuple[Expr, list[str], list[str]]:
    names = sorted({name for source in sources for name in source.content})
    selects: list[Select] = []
    for source in sources:
        rows = wanted - source.first_record_id
        rows = rows[(rows >= 0) & (rows < source.rows)]
        if len(rows):
            values = [named(_value(source, name), name) for name in [*names, "key"]]
            query = chosen([named(source.record_id, "unit"), *values], source.view)
            selects.append(query.where(_among(database, column("file_row_number"), rows, f"{source.view}_wanted")))
    return union_all(selects), names, ["key", "unit"]


def _among(database: Database, number: Condition, wanted: Ints, table: str) -> Condition:
    """Few numbers are written out: a database then skips the other rows as it reads them."""
    if len(wanted) <= _FEW:
        return exp.In(this=number, expressions=[exp.Literal.number(int(one)) for one in wanted])
    database.offer(table, pa.table({"number": wanted}))
    return exp.In(this=number, query=exp.paren(chosen([column("number")], table)))


def _value(source: Source, name: str) -> Condition:
    return column(name) if name in source.columns else exp.cast(exp.null(), exp.DType.VARCHAR)


def _window(function: Expr, order: Iterable[Expr]) -> Condition:
    return exp.Window(this=function, order=exp.Order(expressions=[exp.Ordered(this=key) for key in order]))
