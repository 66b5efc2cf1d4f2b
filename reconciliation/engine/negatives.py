"""Remembered negatives: pairs of records that no group may hold, and groups that nobody may propose again."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from reconciliation.engine.candidates import NEVER
from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.units import Units, member_ids

GIVEN = "never"
_REFUSED = "refused_units"
_FIELDS: "list[pa.Field[Any]]" = [
    pa.field("refusal", pa.int64()),
    pa.field("side", pa.string()),
    pa.field("record_id", pa.int64()),
]
# One row per record of a group that a person refused as a whole; `refusal` tells the groups apart.
REFUSED = pa.schema(_FIELDS)
Refused = Mapping[int, tuple[frozenset[int], frozenset[int]]]


def refused_groups(legs: pa.Table) -> Refused:
    """The records of both sides, by refusal."""
    sides: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for leg in legs.to_pylist():
        sides[leg["refusal"]][leg["side"] == "right"].add(leg["record_id"])
    return {refusal: (frozenset(left), frozenset(right)) for refusal, (left, right) in sides.items()}


def forbid(database: Database, left: Units, right: Units, refused: Refused) -> bool:
    """Brings the given pairs, and the groups that were refused, to the units of a pass."""
    ids_of_pair = [column("left_id"), column("right_id")]
    query = chosen(ids_of_pair, GIVEN)
    for units in (left, right):
        if units.members:
            query = _by_unit(query, units)
    if not refused:
        return database.keep(NEVER, query) > 0
    of_left, of_right = (_units_of(database, units, refused) for units in (left, right))
    pairs = [(of_left[one], of_right[other]) for one, other in refused.values() if one in of_left and other in of_right]
    ids = {
        side: pa.array([pair[place] for pair in pairs], pa.int64()) for place, side in ((0, "left_id"), (1, "right_id"))
    }
    database.offer(_REFUSED, pa.table(ids))
    pairs_of_units = exp.select(column("left_id"), column("right_id")).from_(query.subquery("given"))
    return database.keep(NEVER, union_all([pairs_of_units, chosen(ids_of_pair, _REFUSED)])) > 0


def _units_of(database: Database, units: Units, refused: Refused) -> dict[frozenset[int], int]:
    """The unit, by its records, of those units that hold any record of a refused group."""
    place = 0 if units.side.name == "left" else 1
    wanted = {record_id for sides in refused.values() for record_id in sides[place]}
    if not units.members:
        return {frozenset([record_id]): record_id for record_id in wanted}
    lines = exp.select(column("unit"), named(member_ids(units), "record_id")).from_(units.table).subquery("lines")
    every = database.arrow(exp.select(column("unit"), column("record_id")).from_(lines))
    mine = pc.unique(every["unit"].filter(pc.is_in(every["record_id"], pa.array(sorted(wanted), pa.int64()))))
    members: dict[int, set[int]] = defaultdict(set)
    for line in every.filter(pc.is_in(every["unit"], mine)).to_pylist():
        members[line["unit"]].add(line["record_id"])
    return {frozenset(records): unit for unit, records in members.items()}


def _by_unit(never: exp.Select, units: Units) -> exp.Select:
    """Replaces the records of one side by the groups they are in."""
    side = units.side.name
    lines = exp.select(column("unit"), named(member_ids(units), "record_id")).from_(units.table)
    other = "right" if side == "left" else "left"
    same = column(f"{side}_id", "pairs").eq(column("record_id", "lines"))
    values = [named(column("unit", "lines"), f"{side}_id"), column(f"{other}_id", "pairs")]
    source = never.subquery("pairs")
    return exp.select(*values).from_(source).join(lines.subquery("lines"), on=same)
