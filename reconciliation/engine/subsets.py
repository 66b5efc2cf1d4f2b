"""Which of a few amounts add up to a target: all sets of them, exactly, or a clear word that there are too many.

Meet in the middle (Horowitz and Sahni, 1974): the sums of each half are listed, sorted, and looked up in one another,
so that 30 candidates cost two lists of at most 32,768 sums and not a thousand million sets.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconciliation.engine.components import Ints

MOST_SOLUTIONS = 200
_SAFE = 1 << 61


@dataclass(frozen=True)
class Solutions:
    """Sets of positions among the candidates; `complete` unless there are more than MOST_SOLUTIONS."""

    sets: tuple[tuple[int, ...], ...]
    complete: bool


def subsets_with_sum(amounts: Ints, target: int, max_parts: int) -> Solutions:
    """Every set of 1 to `max_parts` amounts, none of them zero, whose sum is the target; in the order of positions."""
    usable = np.flatnonzero(amounts != 0)
    if not len(usable) or int(np.abs(amounts[usable]).astype(object).sum()) + abs(target) > _SAFE:
        return Solutions((), complete=not len(usable))
    half = len(usable) // 2
    low, high = _sums(amounts[usable[:half]], max_parts), _sums(amounts[usable[half:]], max_parts)
    order = np.argsort(high.totals, kind="stable")
    ordered = high.totals[order]
    wanted = target - low.totals
    first = np.searchsorted(ordered, wanted, side="left")
    last = np.searchsorted(ordered, wanted, side="right")
    found: list[tuple[int, ...]] = []
    for one in np.flatnonzero(last > first):
        for other in order[first[one] : last[one]]:
            parts = int(low.parts[one] + high.parts[other])
            if 0 < parts <= max_parts:
                mask = int(low.masks[one]) | int(high.masks[other]) << half
                found.append(tuple(int(place) for bit, place in enumerate(usable) if mask >> bit & 1))
                if len(found) > MOST_SOLUTIONS:
                    return Solutions((), complete=False)
    return Solutions(tuple(sorted(found)), complete=True)


@dataclass(frozen=True)
class _Half:
    totals: Ints
    parts: Ints
    masks: Ints


def _sums(amounts: npt.NDArray[np.int64], max_parts: int) -> _Half:
    """Of every set of at most so many amounts: its sum, how many there are in it, and which."""
    totals, parts, masks = (np.zeros(1, np.int64) for _ in range(3))
    for bit, amount in enumerate(amounts):
        room = parts < max_parts
        totals = np.concatenate([totals, totals[room] + amount])
        masks = np.concatenate([masks, masks[room] | (1 << bit)])
        parts = np.concatenate([parts, parts[room] + 1])
    return _Half(totals, parts, masks)
