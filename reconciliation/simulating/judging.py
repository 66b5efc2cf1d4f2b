"""Rules against people: what a rule set would have made of each decision."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine import Outcome
from reconciliation.simulating.figures import legs_of
from reconciliation.simulating.findings import BackTest, Change, Fate, Measures, Turn
from reconciliation.simulating.past import Legs, PastDecision

MOST_CHANGES = 200
RIGHT: frozenset[Fate] = frozenset({"confirmed", "suggested", "avoided"})
SHARE = Decimal("0.0001")


@dataclass(frozen=True)
class Touching:
    """The groups of an outcome that hold a record that somebody decided on: legs and status, and which holds whom."""

    groups: Mapping[int, tuple[Legs, str]]
    holder: Mapping[int, int]


def touching(outcome: Outcome, decisions: Iterable[PastDecision]) -> Touching:
    decided = pa.array(sorted({record_id for past in decisions for record_id in past.record_ids}), pa.int64())
    legs = outcome.legs
    mine = pc.unique(legs["group"].filter(pc.is_in(legs["record_id"], decided)))
    status = dict(zip(outcome.groups["group"].to_pylist(), outcome.groups["status"].to_pylist(), strict=True))
    found = legs_of(legs.filter(pc.is_in(legs["group"], mine)))
    groups = {number: (sides, str(status[number])) for number, sides in found.items()}
    holder = {record_id: number for number, (sides, _) in groups.items() for record_id in sides[0] | sides[1]}
    return Touching(groups, holder)


def fate_of(past: PastDecision, found: Touching) -> Fate:
    holders = {found.holder[record_id] for record_id in past.record_ids if record_id in found.holder}
    if past.wanted:
        return _fate_of_wanted(past, holders, found)
    together = [found.groups[number] for number in holders if _holds(past, found.groups[number][0])]
    if not together:
        return "avoided"
    return "confirmed" if any(status == "confirmed" for _, status in together) else "suggested"


def is_right(past: PastDecision, fate: Fate) -> bool:
    return fate == "avoided" if not past.wanted else fate in RIGHT


def _fate_of_wanted(past: PastDecision, holders: set[int], found: Touching) -> Fate:
    for number in holders:
        legs, status = found.groups[number]
        if legs == past.legs:
            return "confirmed" if status == "confirmed" else "suggested"
    return "elsewhere" if holders else "open"


def _holds(past: PastDecision, legs: Legs) -> bool:
    """Whether the group is what was refused: both records of a pair, or exactly the records of a larger one."""
    records = legs[0] | legs[1]
    return past.record_ids <= records if past.is_pair else past.record_ids == records


def measures(decisions: Sequence[PastDecision], found: Touching) -> Measures:
    """Precision is over the groups that would be confirmed and that people's decisions say anything about."""
    fates = [fate_of(past, found) for past in decisions]
    wanted = [fate for past, fate in zip(decisions, fates, strict=True) if past.wanted]
    agreeing = wanted.count("confirmed")
    against = len(_contradicting(decisions, found))
    right = agreeing + wanted.count("suggested")
    again = sum(not is_right(past, fate) for past, fate in zip(decisions, fates, strict=True) if not past.wanted)
    return Measures(
        precision=_share(agreeing, agreeing + against),
        recall=_share(right, len(wanted)),
        found=right,
        proposed_again=again,
    )


def _contradicting(decisions: Sequence[PastDecision], found: Touching) -> set[int]:
    """Groups that would be confirmed though people put one of their records elsewhere, or refused them."""
    wrong: set[int] = set()
    for past in decisions:
        for number in {found.holder[record_id] for record_id in past.record_ids if record_id in found.holder}:
            legs, status = found.groups[number]
            differs = legs != past.legs if past.wanted else _holds(past, legs)
            if status == "confirmed" and differs:
                wrong.add(number)
    return wrong


def _share(part: int, whole: int) -> str | None:
    return str((Decimal(part) / whole).quantize(SHARE, ROUND_DOWN)) if whole else None


def back_test(decisions: Sequence[PastDecision], after: Touching, before: Touching | None) -> BackTest:
    """Without published rules before, everything that is found is won."""
    nothing = Touching({}, {})
    changes = []
    for past in decisions:
        was, now = fate_of(past, before or nothing), fate_of(past, after)
        if was != now:
            changes.append(_change(past, was, now))
    turns = Counter(change.turn for change in changes)
    return BackTest(
        made=sum(past.wanted for past in decisions),
        refused=sum(not past.wanted for past in decisions),
        won=turns["won"],
        lost=turns["lost"],
        changed=turns["changed"],
        after=measures(decisions, after),
        before=None if before is None else measures(decisions, before),
        changes=tuple(sorted(changes, key=lambda change: ("lost", "won", "changed").index(change.turn))[:MOST_CHANGES]),
    )


def _change(past: PastDecision, was: Fate, now: Fate) -> Change:
    right_before, right_now = is_right(past, was), is_right(past, now)
    turn: Turn = "changed" if right_before == right_now else "won" if right_now else "lost"
    return Change(
        turn=turn,
        decision=past.decision,
        left=tuple(sorted(past.legs[0])),
        right=tuple(sorted(past.legs[1])),
        before=was,
        after=now,
        decided_by=past.decided_by,
        decided_at=past.decided_at,
        reason=past.reason,
    )
