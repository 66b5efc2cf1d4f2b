"""Both sides with one row per value by which records may meet, so that an equality finds the candidates."""

from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.plan import Plan
from reconciliation.engine.units import Units
from reconciliation.rules import Meeting


def met(database: Database, plan: Plan, sides: tuple[Units, Units]) -> tuple[list[Expr], tuple[str, ...]]:
    """The two sources of the join, and notes on values that were left out because too many records share them."""
    sources: list[Expr] = []
    notes: list[str] = []
    for units in sides:
        query = units.query()
        for number, meeting in enumerate(plan.meetings):
            values = meeting.left if units is sides[0] else meeting.right
            query = _one_row_per_value(query, units.side.alias, values, meeting, number)
            if meeting.most is not None:
                table = f"{units.side.name}_met_{number}"
                database.keep(table, query)
                query, common = _uncommon(database, table, meeting, number)
                if common:
                    notes.append(
                        f"Pass “{plan.part.name}”: numbers that stand in more than {meeting.most} records of the "
                        f"{units.side.name} side identify nothing and were not compared ({common})."
                    )
        sources.append(query.subquery(units.side.alias, copy=False))
    return sources, tuple(notes)


def meeting_conditions(plan: Plan) -> list[Condition]:
    found: list[Condition] = []
    for number, meeting in enumerate(plan.meetings):
        left, right = column(_met(number), "l"), column(_met(number), "r")
        found.append(column(_by(number), "l").eq(column(_by(number), "r")))
        if meeting.compatible is not None:
            found.append(meeting.compatible(left, right))
    return found


def _one_row_per_value(query: Select, alias: str, values: Condition, meeting: Meeting, number: int) -> Select:
    value = named(exp.Unnest(expressions=[values]), _met(number))
    rows = exp.select(exp.column(exp.Star(), table=alias), value).from_(query.subquery(alias, copy=False))
    compared = column(_met(number)) if meeting.by is None else meeting.by(column(_met(number)))
    return exp.select("*", named(compared, _by(number))).from_(rows.subquery(alias, copy=False))


def _uncommon(database: Database, table: str, meeting: Meeting, number: int) -> tuple[Select, int]:
    """Only values that few records share, and how many there are that many share."""
    value = column(_by(number))
    many = exp.Count(this=exp.Star()) > exp.Literal.number(meeting.most or 0)
    common = f"{table}_common"
    query = chosen([named(value, "value")], table).group_by(value).having(many)
    count = database.keep(common, query.where(value.is_(exp.null()).not_()))
    rows = exp.select("*").from_(table)
    return rows.join(common, on=value.eq(column("value", common)), join_type="anti") if count else rows, count


def _met(number: int) -> str:
    return f"met {number}"


def _by(number: int) -> str:
    """What of a value is compared."""
    return f"met {number} by"
