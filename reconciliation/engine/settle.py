"""Turns the pairs that a pass takes into groups, legs and adjustment lines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp
from sqlglot.expressions import Condition, Expr

from reconciliation.engine.candidates import CANDIDATES
from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.outcome import ADJUSTMENTS, GROUPS, LEGS
from reconciliation.engine.plan import Plan
from reconciliation.engine.reasons import reasons
from reconciliation.engine.rivals import CHOSEN, contested
from reconciliation.engine.units import Units

DECIDED = "decided"


@dataclass(frozen=True)
class Settled:
    """The groups of one pass, numbered on from the passes before."""

    groups: pa.Table
    legs: pa.Table
    adjustments: pa.Table


def decide(database: Database, plan: Plan, *, some_contested: bool) -> int:
    """Stores the pairs that become groups; returns how many."""
    text = exp.cast(exp.null(), exp.DType.VARCHAR)
    alone = exp.select("*", named(exp.true(), "clear"), named(text, "note"), named(text, "alternatives")).from_(
        CANDIDATES
    )
    query: Expr = alone
    if some_contested:
        for side in ("left", "right"):
            other = contested(side)
            alone = alone.join(other, on=column(f"{side}_unit").eq(column("unit", other)), join_type="anti")
        extra = [column(name, CHOSEN) for name in ("clear", "note", "alternatives")]
        same = [column(name, CANDIDATES).eq(column(name, CHOSEN)) for name in ("left_unit", "right_unit")]
        rivals = exp.select(exp.column(exp.Star(), table=CANDIDATES), *extra).from_(CANDIDATES)
        rivals = rivals.join(CHOSEN, on=exp.and_(*same))
        if plan.part.decide.ambiguous == "leave_open":
            rivals = rivals.where(column("clear", CHOSEN))
        query = exp.union(alone, rivals, distinct=False)
    return database.keep(DECIDED, query)


def settle(database: Database, plan: Plan, left: Units, right: Units, scales: Mapping[str, int], first: int) -> Settled:
    """Reads the decided pairs as groups, in the order of their left units."""
    found = database.arrow(_groups(plan, scales).order_by(column("left_unit")))
    numbers = pa.array(np.arange(first, first + found.num_rows))
    count = found.num_rows
    groups = found.append_column("group", numbers)
    groups = groups.append_column("pass_name", pa.repeat(pa.scalar(plan.part.name), count))
    legs = [_legs(database, units, groups) for units in (left, right)]
    return Settled(
        groups.select(GROUPS.names).cast(GROUPS),
        pa.concat_tables(legs).select(LEGS.names).cast(LEGS),
        _adjustments(plan, groups),
    )


def _groups(plan: Plan, scales: Mapping[str, int]) -> exp.Select:
    difference = exp.paren(column("left_amount") - column("right_amount"))
    threshold = plan.part.decide.confirm_at
    enough = exp.false() if threshold is None else column("score") >= threshold * 100
    balanced = exp.or_(difference.eq(0), column("adjustable"))
    confirmed = exp.and_(column("clear"), enough, balanced)
    status = exp.Case().when(confirmed, exp.Literal.string("confirmed")).else_(exp.Literal.string("suggested"))
    names = ("left_unit", "right_unit", "score", "currency", "left_amount", "right_amount", "alternatives")
    return chosen(
        [
            *(column(name) for name in names),
            named(difference, "difference"),
            named(status, "status"),
            named(_scale(scales), "scale"),
            named(reasons(plan, scales, difference, confirmed), "reasons"),
        ],
        DECIDED,
    )


def _scale(scales: Mapping[str, int]) -> Condition:
    cases = exp.Case()
    for currency, scale in scales.items():
        cases = cases.when(column("currency").eq(currency), exp.Literal.number(scale))
    return cases.else_(exp.Literal.number(0)) if scales else exp.Literal.number(0)


def _legs(database: Database, units: Units, groups: pa.Table) -> pa.Table:
    side = units.side.name
    unit = f"{side}_unit"
    if not units.members:
        ids, amounts = groups[unit], groups[f"{side}_amount"]
        group = groups["group"]
    else:
        database.offer("numbered", groups.select(["group", unit]))
        members = exp.Unnest(expressions=[column("members", units.table)])
        query = exp.select(column("group", "numbered"), named(members, "member")).from_("numbered")
        query = query.join(units.table, on=column(unit, "numbered").eq(column("unit", units.table)))
        lines = database.arrow(query)
        member = lines["member"].combine_chunks()
        ids, amounts, group = pc.struct_field(member, "record_id"), pc.struct_field(member, "amount"), lines["group"]
        amounts = pc.negate(amounts) if units.flips else amounts
        amounts = pc.fill_null(amounts, 0)
    table = pa.table(
        {"group": group, "side": pa.repeat(pa.scalar(side), len(group)), "record_id": ids, "amount": amounts}
    )
    return table.sort_by([("group", "ascending"), ("record_id", "ascending")]) if units.members else table


def _adjustments(plan: Plan, groups: pa.Table) -> pa.Table:
    """What makes a confirmed group with a difference net to zero."""
    allowed = plan.part.adjustment
    if allowed is None:
        return ADJUSTMENTS.empty_table()
    differs = pc.and_(pc.not_equal(groups["difference"], 0), pc.equal(groups["status"], "confirmed"))
    rows = groups.filter(differs)
    return pa.table(
        {
            "group": rows["group"],
            "kind": pa.repeat(pa.scalar(allowed.kind), rows.num_rows),
            "amount": pc.negate(rows["difference"]),
            "scale": rows["scale"],
            "reason": pa.repeat(pa.scalar(f"Allowed by pass “{plan.part.name}”"), rows.num_rows),
        },
        schema=ADJUSTMENTS,
    )
