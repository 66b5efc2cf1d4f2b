"""A fixed order of records that depends on what they say, not on where they stand."""

from collections.abc import Iterable

import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.sources import Source
from reconciliation.engine.units import Units

_RANKED = "ranked"


def ranked(database: Database, units: Units, sources: tuple[Source, ...], wanted: str) -> pa.Table:
    """Unit, rank and class of the units in `wanted`; records equal on every mapped field share a class."""
    query, content, last = _of_groups(units, wanted) if units.members else _of_records(sources, wanted)
    database.keep(_RANKED, query)
    order = [column(name) for name in content]
    rank = _window(exp.RowNumber(), [*order, *(column(name) for name in last)])
    same = rank if units.members else _window(exp.Anonymous(this="dense_rank"), order)
    return database.arrow(chosen([column("unit"), named(rank, "rank"), named(same, "class")], _RANKED))


def _of_groups(units: Units, wanted: str) -> tuple[Expr, list[str], list[str]]:
    names = ["currency", *units.side.texts, *(f"{field} first" for field in units.side.dates), "amount"]
    query = chosen([column("unit"), *(column(name) for name in names)], units.table)
    return _only(query, column("unit"), wanted), names, ["unit"]


def _of_records(sources: tuple[Source, ...], wanted: str) -> tuple[Expr, list[str], list[str]]:
    names = sorted({name for source in sources for name in source.content})
    selects: list[Select] = []
    for source in sources:
        values = [named(_value(source, name), name) for name in [*names, "key"]]
        selects.append(_only(chosen([named(source.record_id, "unit"), *values], source.view), source.record_id, wanted))
    return union_all(selects), names, ["key", "unit"]


def _value(source: Source, name: str) -> Condition:
    return column(name) if name in source.columns else exp.cast(exp.null(), exp.DType.VARCHAR)


def _only(query: Select, unit: Condition, wanted: str) -> Select:
    return query.where(exp.In(this=unit, query=exp.paren(chosen([column("unit")], wanted))))


def _window(function: Expr, order: Iterable[Expr]) -> Condition:
    return exp.Window(this=function, order=exp.Order(expressions=[exp.Ordered(this=key) for key in order]))
