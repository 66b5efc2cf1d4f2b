"""Turns the pairs that a pass takes into groups, legs and adjustment lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.candidates import CANDIDATES, RATE_COLUMNS
from reconciliation.engine.database import Database, column, named
from reconciliation.engine.legs import legs_of
from reconciliation.engine.negatives import Refused
from reconciliation.engine.outcome import ADJUSTMENTS, GROUPS, LEGS
from reconciliation.engine.plan import Plan
from reconciliation.engine.reasons import reasons, usual_reasons
from reconciliation.engine.rivals import CHOSEN, contested
from reconciliation.engine.units import DECIDED, Units
from reconciliation.rules.currencies import per_scale
from reconciliation.rules.expressions import number, text

_COLUMNS = ("left_unit", "right_unit", "score", "currency", "left_amount", "right_amount")


@dataclass(frozen=True)
class Settled:
    """The groups of one pass, numbered on from the passes before.

    `left_over` is what they leave of records they use in part, in minor units and with the record's own sign.
    """

    groups: pa.Table
    legs: pa.Table
    adjustments: pa.Table
    left_over: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbering:
    """What all passes of a run share: the scale of each currency, how many groups there were before, and which groups
    people refused.
    """

    scales: Mapping[str, int]
    first: int
    refused: Refused = field(default_factory=dict)


def settle(
    database: Database, plan: Plan, sides: tuple[Units, Units], numbering: Numbering, *, some_contested: bool
) -> Settled | None:
    """The groups of a pass in the order of their left units, or None. Their units are offered as decided."""
    usual = usual_reasons(plan)
    decided = _decided(plan, numbering.scales, usual, some_contested=some_contested)
    found = database.arrow(decided.order_by(column("left_unit")))
    if not found.num_rows:
        return None
    if usual is not None:
        said: Any = pc.fill_null(found["reasons"], pa.scalar(str(database.rows(exp.select(usual))[0][0])))
        found = found.set_column(found.column_names.index("reasons"), "reasons", said)
    groups = found.append_column("group", pa.array(np.arange(found.num_rows) + numbering.first))
    groups = groups.append_column("pass_name", pa.repeat(pa.scalar(plan.part.name), found.num_rows))
    database.offer(DECIDED, groups.select(["group", "left_unit", "right_unit"]))
    legs = [legs_of(database, units, groups) for units in sides]
    return Settled(_groups(groups), pa.concat_tables(legs).cast(LEGS), _adjustments(plan, groups))


def _groups(found: pa.Table) -> pa.Table:
    """In the columns of every pass; those that this one has no use for are empty."""
    for name in GROUPS.names:
        if name not in found.column_names:
            found = found.append_column(name, pa.nulls(found.num_rows))
    return found.select(GROUPS.names).cast(GROUPS)


def _decided(plan: Plan, scales: Mapping[str, int], usual: Condition | None, *, some_contested: bool) -> Select:
    """Confirmed is what scores enough, has no rival about as good, and balances or may be made to.

    The usual reasons are left out: a million times the same words are slow to sort.
    """
    difference = exp.paren(column("left_amount") - column("right_amount"))
    threshold = plan.part.decide.confirm_at
    enough = exp.false() if threshold is None else column("score") >= threshold * 100
    confirmed = exp.and_(column("clear"), enough, exp.or_(difference.eq(0), column("adjustable")))
    status = exp.Case().when(confirmed, exp.Literal.string("confirmed")).else_(exp.Literal.string("suggested"))
    why = reasons(plan, scales, difference, confirmed)
    if usual is not None:
        why = exp.Case().when(exp.and_(difference.eq(0), column("note").is_(exp.null())), exp.null()).else_(why)
    values = [
        *(column(name) for name in (*_COLUMNS, *(("alternatives",) if some_contested else ()))),
        named(difference, "difference"),
        named(status, "status"),
        named(per_scale(column("currency"), scales, number), "scale"),
        named(why, "reasons"),
        *_rate(plan),
    ]
    taken = _taken(plan, some_contested=some_contested).subquery("taken", copy=False)
    return exp.select(*values, copy=False).from_(taken, copy=False)


def _rate(plan: Plan) -> list[Expr]:
    if plan.part.conversion is None:
        return []
    return [*(column(name) for name in RATE_COLUMNS), named(text(plan.part.conversion.source), "rate_source")]


def _taken(plan: Plan, *, some_contested: bool) -> exp.Query:
    """Pairs without any rival, and of the others those chosen."""
    nothing = exp.cast(exp.null(), exp.DType.VARCHAR)
    alone = exp.select("*", named(exp.true(), "clear"), named(nothing, "note"), named(nothing, "alternatives"))
    alone = alone.from_(CANDIDATES)
    if not some_contested:
        return alone
    for side in ("left", "right"):
        other = contested(side)
        alone = alone.join(other, on=column(f"{side}_unit").eq(column("unit", other)), join_type="anti")
    extra: list[Expr] = [column(name, CHOSEN) for name in ("clear", "note", "alternatives")]
    same = [column(name, CANDIDATES).eq(column(name, CHOSEN)) for name in ("left_unit", "right_unit")]
    rivals = exp.select(exp.column(exp.Star(), table=CANDIDATES), *extra).from_(CANDIDATES)
    rivals = rivals.join(CHOSEN, on=exp.and_(*same))
    if plan.part.decide.ambiguous == "leave_open":
        rivals = rivals.where(column("clear", CHOSEN))
    return exp.union(alone, rivals, distinct=False)


def _adjustments(plan: Plan, groups: pa.Table) -> pa.Table:
    """What makes a confirmed group with a difference net to zero."""
    allowed = plan.part.adjustment
    if allowed is None:
        return ADJUSTMENTS.empty_table()
    confirmed = pc.equal(groups["status"], pa.scalar("confirmed")).to_numpy()
    rows = groups.take(np.flatnonzero(confirmed & (groups["difference"].to_numpy() != 0)))
    return pa.table(
        {
            "group": rows["group"],
            "kind": pa.repeat(pa.scalar(allowed.kind), rows.num_rows),
            "amount": pa.array(-rows["difference"].to_numpy()),
            "scale": rows["scale"].cast(pa.int8()),
            "reason": pa.repeat(pa.scalar(f"Allowed by pass “{plan.part.name}”"), rows.num_rows),
        },
        schema=ADJUSTMENTS,
    )
