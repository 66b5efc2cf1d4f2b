"""Remembered negatives: pairs that nobody may propose again."""

from sqlglot import exp

from reconciliation.engine.candidates import NEVER
from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.units import Units, member_ids

GIVEN = "never"


def forbid(database: Database, left: Units, right: Units) -> bool:
    """Brings the given pairs of records to the units of a pass."""
    query = chosen([column("left_id"), column("right_id")], GIVEN)
    for units in (left, right):
        if units.members:
            query = _by_unit(query, units)
    return database.keep(NEVER, query) > 0


def _by_unit(never: exp.Select, units: Units) -> exp.Select:
    """Replaces the records of one side by the groups they are in."""
    side = units.side.name
    lines = exp.select(column("unit"), named(member_ids(units), "record_id")).from_(units.table)
    other = "right" if side == "left" else "left"
    same = column(f"{side}_id", "pairs").eq(column("record_id", "lines"))
    values = [named(column("unit", "lines"), f"{side}_id"), column(f"{other}_id", "pairs")]
    source = never.subquery("pairs")
    return exp.select(*values).from_(source).join(lines.subquery("lines"), on=same)
