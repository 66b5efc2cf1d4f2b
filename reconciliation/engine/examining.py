"""Whether a pass holds of given pairs, rule by rule: both values, how it held, or by how much it failed."""

from collections.abc import Iterable

import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition, Expr

from reconciliation.engine.checks import Check
from reconciliation.engine.database import Database, column, named
from reconciliation.engine.findings import PairFinding, finding_of
from reconciliation.engine.looking import MET, Asked, Pairs, common
from reconciliation.engine.units import Units
from reconciliation.rules.currency_converted import RATES


def examine(
    database: Database, asked: Asked, sides: tuple[Units, Units], pairs: Iterable[tuple[int, int]]
) -> list[PairFinding]:
    """In the order of the pairs; a pair whose currencies differ has that as its first finding."""
    wanted = sorted(set(pairs))
    if not wanted:
        return []
    left, right = zip(*wanted, strict=True)
    ids = {"left_unit": pa.array(left, pa.int64()), "right_unit": pa.array(right, pa.int64())}
    database.offer("looked_at", pa.table(ids))
    if asked.plan.rates is not None:
        database.offer(RATES, asked.plan.rates)
    met = {place: _met(database, check, sides) for place, check in enumerate(asked.checks) if check.meeting is not None}
    rows = database.arrow(_measured(asked, sides)).to_pylist()
    apart = [{place for place, known in met.items() if (row["left"], row["right"]) not in known} for row in rows]
    found = [finding_of(asked, row, failed) for row, failed in zip(rows, apart, strict=True)]
    return sorted(found, key=lambda pair: (pair.left, pair.right))


def _measured(asked: Asked, sides: tuple[Units, Units]) -> exp.Select:
    """One row per pair: what each check says, then what follows from the measures."""
    outer: list[Expr] = [exp.Star(), named(_total(asked), "total")]
    for place, check in enumerate(asked.checks):
        if check.rule is not None and check.measured is not None:
            measured = column(check.measured)
            outer += [
                named(value, f"{name} {place}")
                for name, value in (
                    ("tested", check.rule.holds(measured)),
                    ("score", check.rule.score(measured)),
                    ("sentence", check.rule.sentence(measured)),
                )
                if value is not None
            ]
    return exp.select(*outer).from_(_compared(asked, sides).subquery("compared"))


def _compared(asked: Asked, sides: tuple[Units, Units]) -> exp.Select:
    plan = asked.plan
    values: list[Expr] = [
        named(column("unit", "l"), "left"),
        named(column("unit", "r"), "right"),
        named(column("currency", "l"), "left currency"),
        named(column("currency", "r"), "right currency"),
        named(plan.left.amount, "left amount"),
        named(plan.right.amount, "right amount"),
        named(plan.adjustable, "adjustable"),
        *(named(measured, name) for name, (_, measured) in plan.measures.items()),
    ]
    for place, check in enumerate(asked.checks):
        values += [
            named(value, f"{name} {place}")
            for name, value in (("holds", check.condition), ("nearly", check.nearly), ("near", check.near))
            if value is not None
        ]
        values += [
            named(column(name, alias), f"{alias} {place} {name}") for alias in "lr" for name in check.columns(alias)
        ]
    query = exp.select(*values).from_("looked_at")
    for units in sides:
        unit = column("unit", units.side.alias)
        query = query.join(
            units.query().subquery(units.side.alias), on=unit.eq(column(f"{units.side.name}_unit", "looked_at"))
        )
    if plan.rates is None or asked.part.conversion is None:
        return query
    in_force = asked.part.conversion.condition(plan.left, plan.right)
    rate = exp.and_(column("currency", RATES).eq(column("currency", "l")), in_force)
    return query.select(column("rate", RATES), column("rate_date", RATES)).join(RATES, on=rate, join_type="left")


def _total(asked: Asked) -> Condition:
    return exp.Coalesce(this=exp.paren(asked.plan.score), expressions=[exp.Literal.number(0)])


def _met(database: Database, check: Check, sides: tuple[Units, Units]) -> Pairs:
    """The pairs of records of both sides that have a value of their lists in common."""
    if check.meeting is None:
        return set()
    sources: list[Expr] = []
    for units, values in zip(sides, (check.meeting.left, check.meeting.right), strict=True):
        alias = units.side.alias
        listed = [column("unit", alias), named(exp.Unnest(expressions=[values]), MET)]
        sources.append(exp.select(*listed).from_(units.query().subquery(alias)).subquery(alias))
    query = exp.select(column("unit", "l"), column("unit", "r")).distinct().from_(sources[0])
    query = query.join(sources[1], on=exp.and_(*common(check.meeting)))
    return {(int(str(left)), int(str(right))) for left, right in database.rows(query)}
