"""The records of a pass's groups, and closing them for the passes after it."""

import numpy as np
import pyarrow as pa
from sqlglot import exp

from reconciliation.engine.database import Database, column, named
from reconciliation.engine.units import DECIDED, Units, member_ids

_CLOSED = "closed"


def legs_of(database: Database, units: Units, groups: pa.Table) -> pa.Table:
    """One row per record of one side, in the order of groups and records."""
    side = units.side.name
    if units.members:
        lines = database.arrow(_members(units))
        group, ids = lines["group"].to_numpy(), lines["record_id"].to_numpy()
        amounts = np.asarray(lines["amount"].to_numpy(), np.int64) * (-1 if units.flips else 1)
        order = np.lexsort((ids, group))
        group, ids, amounts = group[order], ids[order], amounts[order]
    else:
        group, ids, amounts = (groups[name].to_numpy() for name in ("group", f"{side}_unit", f"{side}_amount"))
    return pa.table(
        {"group": group, "side": pa.repeat(pa.scalar(side), len(group)), "record_id": ids, "amount": amounts}
    )


def close(database: Database, units: Units) -> int:
    """Takes what was decided out of the open records; returns how many stay open."""
    side = units.side.name
    decided = column(f"{side}_unit", DECIDED)
    gone, key = DECIDED, decided
    if units.members:
        gone, key = _CLOSED, column("record_id", _CLOSED)
        query = exp.select(named(member_ids(units), "record_id")).from_(units.table)
        database.keep(gone, query.join(DECIDED, on=decided.eq(column("unit", units.table)), join_type="semi"))
    table = units.open_table
    kept = exp.select("*").from_(table).join(gone, on=key.eq(column("unit", table)), join_type="anti")
    return database.keep(table, kept)


def _members(units: Units) -> exp.Select:
    member = exp.Unnest(expressions=[column("members", units.table)])
    query = exp.select(column("group", DECIDED), named(member, "member")).from_(DECIDED)
    unit = column(f"{units.side.name}_unit", DECIDED)
    query = query.join(units.table, on=unit.eq(column("unit", units.table)))
    parts = [
        named(exp.Dot(this=column("member"), expression=exp.to_identifier(name)), name)
        for name in ("record_id", "amount")
    ]
    amount = named(exp.Coalesce(this=parts[1].this, expressions=[exp.Literal.number(0)]), "amount")
    return exp.select(column("group"), parts[0], amount).from_(query.subquery("lines"))
