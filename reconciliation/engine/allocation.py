"""Gives each line of the larger side its part of what the smaller side pays, the oldest line first."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.engine.components import Ints
from reconciliation.engine.content import ranked
from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.plan import Plan
from reconciliation.engine.rivals import Sides
from reconciliation.engine.settle import Settled
from reconciliation.engine.sources import Source
from reconciliation.engine.units import Units
from reconciliation.rules.expressions import number

_WANTED, _ALLOCATED = "wanted", "allocated"
_UNDATED = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Lines:
    """The legs of one side. Amounts are in the sign of what their group pays: below zero is a credit."""

    group: Ints
    record: Ints
    sign: Ints
    whole: Ints
    paid: Ints
    day: Ints
    rank: Ints


def allocate(database: Database, plan: Plan, sides: Sides, settled: Settled) -> Settled:
    """Cuts the legs to what their groups pay. A line that nothing is left for is no leg."""
    legs: list[pa.Table] = []
    left_over: dict[int, int] = {}
    for units, sources in ((sides.left, sides.left_sources), (sides.right, sides.right_sources)):
        lines = _lines(database, plan, units, sources, settled)
        used = _used(lines)
        kept = np.flatnonzero(used)
        name = pa.repeat(pa.scalar(units.side.name), len(kept))
        columns = {"group": lines.group[kept], "side": name, "record_id": lines.record[kept]}
        legs.append(pa.table({**columns, "amount": (used * lines.sign)[kept]}))
        rest = (lines.whole - used) * lines.sign * (-1 if units.flips else 1)
        left_over |= {int(lines.record[line]): int(rest[line]) for line in kept if rest[line]}
    return replace(settled, legs=pa.concat_tables(legs).cast(settled.legs.schema), left_over=left_over)


def close_allocated(database: Database, units: Units, settled: Settled) -> int:
    """Takes the legs of one side out of the open records; what confirmed groups leave of a line stays open."""
    side = units.side.name
    confirmed = settled.groups.filter(pc.equal(settled.groups["status"], pa.scalar("confirmed")))["group"]
    legs = settled.legs.filter(pc.equal(settled.legs["side"], pa.scalar(side)))
    certain = pc.is_in(legs["group"], confirmed.combine_chunks()).to_numpy(zero_copy_only=False)
    records = legs["record_id"].to_numpy().tolist()
    rest = [settled.left_over.get(record) if sure else None for record, sure in zip(records, certain, strict=True)]
    amounts = pa.array(rest, pa.int64())
    database.offer(_ALLOCATED, pa.table({"unit": legs["record_id"], "rest": amounts}))
    return database.keep(units.open_table, _still_open(database, units.open_table))


def _still_open(database: Database, table: str) -> exp.Query:
    """The lines that are in no group as they are, and of those in one what it leaves."""
    same = column("unit", _ALLOCATED).eq(column("unit", table))
    untouched = exp.select("*").from_(table).join(_ALLOCATED, on=same, join_type="anti")
    names = database.arrow(exp.select("*").from_(table).limit(0)).column_names
    values = [named(column("rest", _ALLOCATED), name) if name == "amount" else column(name, table) for name in names]
    rest = exp.select(*values).from_(table).join(_ALLOCATED, on=same)
    return union_all([untouched, rest.where(column("rest", _ALLOCATED).is_(exp.null()).not_())])


def _lines(database: Database, plan: Plan, units: Units, sources: tuple[Source, ...], settled: Settled) -> Lines:
    """The legs with what their records say of themselves, in an order that depends on nothing else."""
    side = units.side.name
    legs = settled.legs.filter(pc.equal(settled.legs["side"], pa.scalar(side)))
    group, record = (np.asarray(legs[name].to_numpy(), np.int64) for name in ("group", "record_id"))
    first = int(settled.groups["group"][0].as_py())
    paid = np.asarray(settled.groups[f"{side}_amount"].to_numpy(), np.int64)[group - first]
    database.offer(_WANTED, pa.table({"unit": record}))
    rank = _by_unit(ranked(database, replace(units, members=False), sources, record), "rank", record)
    known = _known(database, plan, units)
    sign = np.where(paid < 0, -1, 1)
    whole = _by_unit(known, "amount", record) * sign * (-1 if units.flips else 1)
    return Lines(group, record, sign, whole, np.abs(paid), _by_unit(known, "day", record), rank)


def _known(database: Database, plan: Plan, units: Units) -> pa.Table:
    """Amount and day of the wanted lines; a line without a day is paid last."""
    allocation = plan.part.allocation
    day = column(f"{allocation.oldest_by if allocation else 'booking_date'} first")
    mine = column("unit", units.open_table).eq(column("unit", _WANTED))
    values = [
        column("unit"),
        *(
            _or(value, missing, name)
            for value, missing, name in ((column("amount"), 0, "amount"), (day, _UNDATED, "day"))
        ),
    ]
    return database.arrow(chosen(values, units.open_table).join(_WANTED, on=mine, join_type="semi"))


def _or(value: Condition, missing: int, name: str) -> exp.Alias:
    known = exp.Coalesce(this=value, expressions=[number(missing)])
    return named(exp.cast(known, exp.DType.BIGINT), name)


def _by_unit(table: pa.Table, name: str, units: Ints) -> Ints:
    known = table["unit"].to_numpy()
    order = np.argsort(known)
    return np.asarray(table[name].to_numpy(), np.int64)[order[np.searchsorted(known[order], units)]]


def _used(lines: Lines) -> Ints:
    """What is used of each line: of credits all, of the others as much as is paid, in their order."""
    order = np.lexsort((lines.rank, lines.day, lines.whole >= 0, lines.group))
    whole, paid = lines.whole[order], lines.paid[order]
    starts = np.flatnonzero(np.r_[True, np.diff(lines.group[order]) != 0][: len(order)])
    running = np.cumsum(whole)
    begun = np.repeat(running[starts] - whole[starts], np.diff(np.r_[starts, len(order)]))
    before = running - whole - begun
    used = np.empty(len(order), np.int64)
    used[order] = np.where(whole < 0, whole, np.clip(paid - before, 0, whole))
    return used
