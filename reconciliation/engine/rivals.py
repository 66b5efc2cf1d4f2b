"""Takes the pairs that exclude one another out of the candidates and decides between them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.engine.assignment import Choice, Rivals, choose
from reconciliation.engine.candidates import CANDIDATES
from reconciliation.engine.components import Ints, can_tie
from reconciliation.engine.content import ranked
from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.plan import Plan
from reconciliation.engine.sources import Source
from reconciliation.engine.units import Units

CHOSEN = "chosen"
_SHOWN = 3
_PAIR = ("left_unit", "right_unit", "score")


@dataclass(frozen=True)
class Sides:
    """Both sides of a pass and the snapshots behind them."""

    left: Units
    right: Units
    left_sources: tuple[Source, ...]
    right_sources: tuple[Source, ...]


def contested(side: str) -> str:
    """The table of units of a side with more than one candidate."""
    return f"{side}_contested"


def decide_rivals(database: Database, plan: Plan, sides: Sides) -> tuple[int, tuple[str, ...]]:
    """Stores which rivals are taken, if there are any; returns how many candidates were contested, and notes."""
    some = 0
    for side in ("left", "right"):
        unit = column(f"{side}_unit")
        more = exp.Count(this=exp.Star()) > exp.Literal.number(1)
        some += database.keep(contested(side), chosen([named(unit, "unit")], CANDIDATES).group_by(unit).having(more))
    if not some:
        return 0, ()
    wanted = [column(name) for name in ("left_unit", "right_unit", "score", *(f"tie {tie}" for tie in plan.ties))]
    pairs = database.arrow(chosen(wanted, CANDIDATES).where(is_contested()))
    rivals = _rivals(database, plan, sides, pairs)
    choice = choose(rivals, plan.part.decide.margin * 100)
    database.offer(CHOSEN, _table(pairs, choice, plan, rivals))
    notes = (
        (f"Pass “{plan.part.name}”: a cluster of rivals was too large to optimise as a whole.",)
        if choice.capped
        else ()
    )
    return pairs.num_rows, notes


def is_contested() -> Condition:
    return exp.or_(
        *(
            exp.In(this=column(f"{side}_unit"), query=exp.paren(chosen([column("unit")], contested(side))))
            for side in ("left", "right")
        )
    )


def _rivals(database: Database, plan: Plan, sides: Sides, pairs: pa.Table) -> Rivals:
    numbered: list[tuple[Ints, Ints]] = []
    tied = bool(plan.ties) or can_tie(*(_ints(pairs, name) for name in _PAIR))
    for side, units, sources in (
        ("left", sides.left, sides.left_sources),
        ("right", sides.right, sides.right_sources),
    ):
        ids = _ints(pairs, f"{side}_unit")
        numbered.append(_numbered(ids, ranked(database, units, sources, np.unique(ids))) if tied else _by_unit(ids))
    (left, left_class), (right, right_class) = numbered
    order = _order(plan, pairs) if plan.ties else None
    return Rivals(left, right, _ints(pairs, "score"), left_class, right_class, order)


def _numbered(ids: Ints, ranks: pa.Table) -> tuple[Ints, Ints]:
    """The rank of each id, and the class of each rank's owner."""
    sorting = np.argsort(_ints(ranks, "unit"))
    place = sorting[np.searchsorted(_ints(ranks, "unit")[sorting], ids)]
    return _ints(ranks, "rank")[place] - 1, _ints(ranks, "class")[place] - 1


def _by_unit(ids: Ints) -> tuple[Ints, Ints]:
    """Any numbering does where nothing can tie."""
    number = np.unique(ids, return_inverse=True)[1].astype(np.int64)
    return number, number


def _order(plan: Plan, pairs: pa.Table) -> Ints:
    """Dense ranks of the named order, the first tie-break first."""
    keys: list[Ints] = []
    for tie in plan.ties:
        names = ("left_unit", "right_unit") if tie == "file_order" else (f"tie {tie}",)
        keys += [_ints(pairs, name) for name in names]
    sorting = np.lexsort(keys[::-1])
    steps = np.zeros(len(sorting), np.bool_)
    for key in keys:
        steps[1:] |= np.diff(key[sorting]) != 0
    order = np.empty(len(sorting), np.int64)
    order[sorting] = np.cumsum(steps)
    return order


def _ints(table: pa.Table, name: str) -> Ints:
    return np.asarray(table[name].to_numpy(), np.int64)


def _table(pairs: pa.Table, choice: Choice, plan: Plan, rivals: Rivals) -> pa.Table:
    taken = pairs.take(choice.taken)
    decided = "Decided by " + ", then ".join(name.replace("_", " ") for name in plan.ties)
    clear_note = decided if plan.ties else None
    notes = [clear_note if clear else "Other records fit about as well" for clear in choice.clear.tolist()]
    return pa.table(
        {
            "left_unit": taken["left_unit"],
            "right_unit": taken["right_unit"],
            "clear": pa.array(choice.clear),
            "note": pa.array(notes, pa.string()),
            "alternatives": pa.array(_alternatives(pairs, rivals, choice), pa.string()),
        }
    )


def _alternatives(pairs: pa.Table, rivals: Rivals, choice: Choice) -> list[str | None]:
    """For each doubtful pair the best other pairs of its two records, as JSON."""
    position = np.full(len(rivals.left), -1, np.int64)
    position[choice.taken] = np.arange(len(choice.taken))
    owners: list[Ints] = []
    for node in (rivals.left, rivals.right):
        taken = np.full(int(node.max()) + 1, -1, np.int64)
        taken[node[choice.taken]] = np.arange(len(choice.taken))
        owners.append(taken[node])
    pair = np.tile(np.arange(len(rivals.left)), 2)
    owner = np.concatenate(owners)
    keep = (owner >= 0) & (position[pair] != owner) & ~choice.clear[owner]
    pair, owner = pair[keep], owner[keep]
    sorting = np.lexsort((rivals.right[pair], rivals.left[pair], -rivals.score[pair], owner))
    pair, owner = pair[sorting], owner[sorting]
    first = np.r_[True, np.diff(owner) != 0][: len(owner)]
    place = np.arange(len(owner)) - np.maximum.accumulate(np.where(first, np.arange(len(owner)), 0))
    shown = place < _SHOWN
    found: list[str | None] = [None] * len(choice.taken)
    rows = zip(owner[shown].tolist(), *(_ints(pairs, name)[pair[shown]].tolist() for name in _PAIR), strict=True)
    for mine, left, right, score in rows:
        other = f'{{"left": {left}, "right": {right}, "score": {score}}}'
        before = found[mine]
        found[mine] = other if before is None else f"{before}, {other}"
    return [None if others is None else f"[{others}]" for others in found]
