"""Groups of one side: an entry and its reversal, or all lines of a key that net to zero."""

import json
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from reconciliation.engine.candidates import NEVER, find_candidates
from reconciliation.engine.components import Ints
from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.legs import close, legs_of
from reconciliation.engine.negatives import GIVEN, Refused
from reconciliation.engine.outcome import ADJUSTMENTS, GROUPS, LEGS
from reconciliation.engine.plan import Plan
from reconciliation.engine.rivals import Sides, decide_rivals
from reconciliation.engine.settle import Numbering, Settled, settle
from reconciliation.engine.sources import Source
from reconciliation.engine.units import DECIDED, Units, add_up, open_table
from reconciliation.rules.rule import FULL_SCORE
from reconciliation.rules.rule_pass import SideName

_POSITIVE, _NEGATIVE, _NETTED = "contra_positive", "contra_negative", "contra_netted"


@dataclass(frozen=True)
class Contra:
    """What came of looking at one side."""

    settled: Settled
    still_open: int
    notes: tuple[str, ...]


def settle_contra(
    database: Database, plan: Plan, side: SideName, sources: tuple[Source, ...], numbering: Numbering, *, never: bool
) -> Contra | None:
    """The groups of one side, closed for the passes after; None where there are none."""
    if plan.part.contra_by_keys:
        return _by_keys(database, plan, side, numbering, never=never)
    return _in_pairs(database, plan, side, sources, numbering, never=never)


def _in_pairs(
    database: Database, plan: Plan, side: SideName, sources: tuple[Source, ...], numbering: Numbering, *, never: bool
) -> Contra | None:
    """A line above zero with one below it that is its opposite."""
    open_, zero = open_table(side), exp.Literal.number(0)
    for table, sign in ((_POSITIVE, column("amount") > zero), (_NEGATIVE, column("amount") < zero)):
        database.keep(table, exp.select("*").from_(open_).where(sign))
    scopes = (plan.scope_of(side, "l"), plan.scope_of(side, "r"))
    above = Units(plan.left, open_, _POSITIVE, members=False, flips=False, scope=scopes[0])
    below = Units(plan.right, open_, _NEGATIVE, members=False, flips=True, scope=scopes[1])
    some_never = never and database.keep(NEVER, _either_way()) > 0
    found = find_candidates(database, plan, (above, below), some_never=some_never, open_units=0)
    if not found.count:
        return None
    rivals, notes = decide_rivals(database, plan, Sides(above, below, sources, sources))
    settled = settle(database, plan, (above, below), numbering, some_contested=bool(rivals))
    if settled is None:
        return None
    close(database, above)
    return Contra(_one_sided(settled, side), close(database, below), (*found.notes, *notes))


def _either_way() -> exp.Query:
    """A pair of one side that nobody may propose again is remembered in one direction only."""
    names = ("left_id", "right_id")
    swapped = [named(column(other), one) for one, other in zip(names, reversed(names), strict=True)]
    return union_all([chosen([column(name) for name in names], GIVEN), chosen(swapped, GIVEN)])


def _one_sided(settled: Settled, side: SideName) -> Settled:
    """The legs as the side itself shows them: they add up to zero."""
    below = pc.equal(settled.legs["side"], pa.scalar("right"))
    amounts = pc.if_else(below, pc.negate(settled.legs["amount"]), settled.legs["amount"])
    legs = pa.table(
        {
            "group": settled.legs["group"],
            "side": pa.repeat(pa.scalar(side), settled.legs.num_rows),
            "record_id": settled.legs["record_id"],
            "amount": amounts,
        }
    )
    return replace(settled, legs=legs.cast(LEGS))


def _by_keys(database: Database, plan: Plan, side: SideName, numbering: Numbering, *, never: bool) -> Contra | None:
    """All lines of a key, where they add up to zero and are not nothing."""
    mine = plan.left if side == "left" else plan.right
    scope = plan.scope_of(side, mine.alias)
    units = Units(mine, open_table(side), _NETTED, members=True, flips=False, scope=scope)
    add_up(database, units, plan.part.keys_of(side))
    several = exp.ArraySize(this=column("members")) > exp.Literal.number(1)
    query = chosen([named(column("unit"), f"{side}_unit"), column("currency")], _NETTED)
    found = database.arrow(query.where(exp.and_(column("amount").eq(0), several)).order_by(column(f"{side}_unit")))
    place = pa.array(np.arange(found.num_rows))
    database.offer(DECIDED, found.append_column("group", place))
    legs = legs_of(database, units, found)
    kept = np.setdiff1d(
        legs["group"].to_numpy()[legs["amount"].to_numpy() != 0],
        _refused(database, legs, numbering.refused, never=never),
    )
    if not len(kept):
        return None
    groups = found.take(pa.array(kept)).append_column("group", pa.array(np.arange(len(kept)) + numbering.first))
    database.offer(DECIDED, groups)
    legs = legs_of(database, units, groups)
    settled = Settled(_groups(plan, numbering, groups), legs.cast(LEGS), ADJUSTMENTS.empty_table())
    return Contra(settled, close(database, units), ())


def _refused(database: Database, legs: pa.Table, refused: Refused, *, never: bool) -> Ints:
    """Groups of which a person keeps two lines apart, or that a person refused."""
    if not never:
        return np.empty(0, np.int64)
    pairs = database.arrow(chosen([column("left_id"), column("right_id")], GIVEN))
    group_of = dict(zip(legs["record_id"].to_pylist(), legs["group"].to_pylist(), strict=True))
    met = ((group_of.get(row["left_id"]), group_of.get(row["right_id"])) for row in pairs.to_pylist())
    apart = [one for one, other in met if one is not None and one == other]
    members: dict[int, set[int]] = defaultdict(set)
    for record_id, group in zip(legs["record_id"].to_numpy().tolist(), legs["group"].to_numpy().tolist(), strict=True):
        members[group].add(record_id)
    wholes = {left | right for left, right in refused.values()}
    return np.array([*apart, *(group for group, records in members.items() if records in wholes)], np.int64)


def _groups(plan: Plan, numbering: Numbering, found: pa.Table) -> pa.Table:
    said = json.dumps([*plan.part.keys_in_words(), "The lines of this side net to zero"], ensure_ascii=False)
    status = "suggested" if plan.part.decide.confirm_at is None else "confirmed"
    rows = [
        {
            "group": group,
            "status": status,
            "pass_name": plan.part.name,
            "score": FULL_SCORE,
            "currency": currency,
            "scale": numbering.scales[currency],
            "left_amount": 0,
            "right_amount": 0,
            "difference": 0,
            "reasons": said,
        }
        for group, currency in zip(found["group"].to_pylist(), map(str, found["currency"].to_pylist()), strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=GROUPS)
