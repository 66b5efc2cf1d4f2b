"""A pass that finds groups by their sum alone."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from reconciliation.engine.candidates import CANDIDATES
from reconciliation.engine.components import Ints
from reconciliation.engine.database import Database, chosen, column
from reconciliation.engine.outcome import ADJUSTMENTS, GROUPS, LEGS
from reconciliation.engine.plan import Plan
from reconciliation.engine.settle import Numbering, Settled
from reconciliation.engine.subsets import subsets_with_sum
from reconciliation.engine.units import DECIDED
from reconciliation.rules.subset import SubsetSum

_ROUND = 100  # targets searched between two questions whether to go on


@dataclass(frozen=True)
class Target:
    """One line of the side with one, and the lines it may be made of: places among `ids` of the candidates."""

    unit: int
    amount: int
    places: Ints


@dataclass(frozen=True)
class Candidates:
    """The pairs of the pass as arrays: the one side's unit, the many side's unit and what is known of both."""

    one: Ints
    many: Ints
    one_amount: Ints
    many_amount: Ints
    score: Ints
    ties: tuple[Ints, ...]
    currency: Sequence[str]
    refused: frozenset[frozenset[int]] = frozenset()


@dataclass(frozen=True)
class Taken:
    """A set of pairs that make a group."""

    target: Target
    pairs: Ints


# A target, the sets of pairs that make it, and the one of them that stands out, if one does.
Possible = tuple[Target, list[Ints], Ints | None]


@dataclass(frozen=True)
class Search:
    """What came of a search; `notes` say what was not searched, or left open."""

    taken: tuple[Taken, ...]
    notes: tuple[str, ...]


def settle_subsets(
    database: Database, plan: Plan, numbering: Numbering, go_on: Callable[[float], None]
) -> tuple[Settled | None, tuple[str, ...]]:
    """The groups of the pass, or None, and its notes. Their units are offered as decided. `go_on` may raise."""
    asked = plan.part.subset
    if asked is None:
        raise ValueError(f"Pass “{plan.part.name}” asks for no subsets.")
    candidates = replace(_candidates(database, plan), refused=_refused(numbering))
    found = search(candidates, asked, plan.part.name, go_on)
    return (_settled(database, plan, numbering, candidates, found.taken) if found.taken else None), found.notes


def search(candidates: Candidates, asked: SubsetSum, name: str, go_on: Callable[[float], None]) -> Search:
    """Takes every set that stands out for its target and has no line that another target could be made of."""
    targets = _targets(candidates)
    few = [target for target in targets if len(target.places) <= asked.max_candidates]
    possible, ambiguous = _possible(candidates, few, asked, go_on)
    taken = _undisputed(candidates, possible)
    disputed = sum(best is not None for _, _, best in possible) - len(taken)
    told = {
        f"lines have more than {asked.max_candidates} candidates: not searched": len(targets) - len(few),
        "lines are the sum of more than one set of lines: left open": ambiguous,
        "lines are the sum of lines that another line needs as well: left open": disputed,
    }
    return Search(tuple(taken), tuple(f"Pass “{name}”: {count} {text}." for text, count in told.items() if count))


def _candidates(database: Database, plan: Plan) -> Candidates:
    names = ["left_unit", "right_unit", "left_amount", "right_amount", "score", "currency"]
    names += [f"tie {name}" for name in plan.ties]
    table = database.arrow(chosen([column(name) for name in names], CANDIDATES).order_by("left_unit", "right_unit"))
    one, many = ("left", "right") if plan.part.cardinality == "1:n" else ("right", "left")
    values = {name: np.asarray(table[name].to_numpy(), np.int64) for name in names if name != "currency"}
    order = np.lexsort((values[f"{many}_unit"], values[f"{one}_unit"]))
    values = {name: found[order] for name, found in values.items()}
    return Candidates(
        one=values[f"{one}_unit"],
        many=values[f"{many}_unit"],
        one_amount=values[f"{one}_amount"],
        many_amount=values[f"{many}_amount"],
        score=values["score"],
        ties=tuple(values[f"tie {name}"] for name in plan.ties),
        currency=[str(code) for code in table["currency"].take(order).to_pylist()],
    )


def _targets(candidates: Candidates) -> list[Target]:
    starts = np.flatnonzero(np.r_[True, np.diff(candidates.one) != 0]) if len(candidates.one) else np.empty(0, np.int64)
    groups = np.split(np.arange(len(candidates.one)), starts[1:])
    return [
        Target(int(candidates.one[places[0]]), int(candidates.one_amount[places[0]]), places)
        for places in groups
        if len(places) and candidates.one_amount[places[0]] != 0
    ]


def _possible(
    candidates: Candidates, targets: Sequence[Target], asked: SubsetSum, go_on: Callable[[float], None]
) -> tuple[list[Possible], int]:
    """For each target that has any: all sets that make it, and the one that stands out, if one does; and for how many
    none does. Where there are too many sets to list, all its candidates stand for them.
    """
    found: list[Possible] = []
    for number, target in enumerate(targets):
        if number % _ROUND == 0:
            go_on(number / len(targets))
        amounts = candidates.many_amount[target.places]
        solutions = subsets_with_sum(amounts, target.amount, asked.max_parts)
        if not solutions.complete:
            found.append((target, [target.places], None))
        elif solutions.sets:
            every = [target.places[list(one)] for one in solutions.sets]
            if sets := [pairs for pairs in every if not _is_refused(candidates, target, pairs)]:
                found.append((target, sets, _best(candidates, sets)))
    return found, sum(best is None for _, _, best in found)


def _refused(numbering: Numbering) -> frozenset[frozenset[int]]:
    return frozenset(left | right for left, right in numbering.refused.values())


def _is_refused(candidates: Candidates, target: Target, pairs: Ints) -> bool:
    return bool(candidates.refused) and {target.unit, *candidates.many[pairs].tolist()} in candidates.refused


def _best(candidates: Candidates, sets: Sequence[Ints]) -> Ints | None:
    """The only set, or the only one that the named orders put first."""
    if not candidates.ties:
        return sets[0] if len(sets) == 1 else None
    ranked = sorted(
        (tuple(int(tie[pairs].sum()) for tie in candidates.ties), place) for place, pairs in enumerate(sets)
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return sets[ranked[0][1]]


def _undisputed(candidates: Candidates, possible: Sequence[Possible]) -> list[Taken]:
    wanted: Counter[int] = Counter()
    for _, sets, _ in possible:
        wanted.update({int(line) for pairs in sets for line in candidates.many[pairs]})
    return [
        Taken(target, best)
        for target, _, best in possible
        if best is not None and all(wanted[int(line)] == 1 for line in candidates.many[best])
    ]


def _settled(
    database: Database, plan: Plan, numbering: Numbering, candidates: Candidates, taken: Sequence[Taken]
) -> Settled:
    sides = ("left", "right") if plan.part.cardinality == "1:n" else ("right", "left")
    group = np.concatenate([np.full(len(one.pairs), number + numbering.first) for number, one in enumerate(taken)])
    pairs = np.concatenate([one.pairs for one in taken])
    decided = {"group": group, f"{sides[0]}_unit": candidates.one[pairs], f"{sides[1]}_unit": candidates.many[pairs]}
    database.offer(DECIDED, pa.table(decided))
    numbers = np.arange(len(taken)) + numbering.first
    ones = _legs(sides[0], numbers, [one.target.unit for one in taken], [one.target.amount for one in taken])
    many = _legs(sides[1], group, candidates.many[pairs], candidates.many_amount[pairs])
    groups = pa.Table.from_pylist([_group(plan, numbering, candidates, one) for one in taken])
    groups = groups.append_column("group", pa.array(numbers))
    legs = [ones, many] if sides[0] == "left" else [many, ones]
    return Settled(groups.select(GROUPS.names).cast(GROUPS), pa.concat_tables(legs), ADJUSTMENTS.empty_table())


def _group(plan: Plan, numbering: Numbering, candidates: Candidates, one: Taken) -> dict[str, object]:
    threshold, score = plan.part.decide.confirm_at, int(candidates.score[one.pairs].mean())
    currency = candidates.currency[int(one.pairs[0])]
    said = [rule.in_words() for rule in plan.part.rules]
    lines = len(one.pairs)
    said.append(f"The sum of {lines} lines is exact, and no other set of the lines that may belong to it is as good")
    return {
        "status": "confirmed" if threshold is not None and score >= threshold * 100 else "suggested",
        "pass_name": plan.part.name,
        "score": score,
        "currency": currency,
        "scale": numbering.scales[currency],
        "left_amount": one.target.amount,
        "right_amount": one.target.amount,
        "difference": 0,
        "reasons": json.dumps(said, ensure_ascii=False),
        "alternatives": None,
        "rate": None,
        "rate_date": None,
        "rate_source": None,
    }


def _legs(side: str, group: Ints, units: Sequence[int] | Ints, amounts: Sequence[int] | Ints) -> pa.Table:
    columns = {"group": group, "side": [side] * len(group), "record_id": units, "amount": amounts}
    return pa.table(columns).cast(LEGS)
