"""Decides between rivals: which of many possible pairs are taken, and which of those beyond doubt."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconciliation.engine.components import Ints, components, nodes_per_component, place_in_component

Flags = npt.NDArray[np.bool_]

_LARGEST_MATRIX = 4_000_000


@dataclass(frozen=True)
class Rivals:
    """Possible pairs as parallel arrays.

    `left` and `right` number the records of each side in a fixed order that depends on their content alone; records
    that differ in nothing share a `class`. `order` ranks pairs by a named tie-break: smaller first, equal undecided.
    """

    left: Ints
    right: Ints
    score: Ints
    left_class: Ints
    right_class: Ints
    order: Ints | None = None


@dataclass(frozen=True)
class Choice:
    """Positions of the pairs taken, and for each whether no other pair would do about as well."""

    taken: Ints
    clear: Flags
    capped: bool = False


def choose(rivals: Rivals, margin: int) -> Choice:
    if rivals.order is not None:
        return _in_order(rivals)
    component = components(rivals.left, rivals.right)
    flat = _flat(rivals, component)
    by_rank = _by_rank(rivals, component, flat)
    optimal, capped = _optimal(rivals, component, ~flat)
    taken = np.sort(np.concatenate([by_rank, optimal]))
    return Choice(taken, _clear(rivals, taken, margin), capped)


def _flat(rivals: Rivals, component: Ints) -> Flags:
    """Pairs of components in which everybody fits everybody equally well: any assignment is as good as another."""
    count = int(component.max()) + 1
    pairs = np.bincount(component, minlength=count)
    possible = nodes_per_component(component, rivals.left, count) * nodes_per_component(component, rivals.right, count)
    lowest = np.full(count, np.iinfo(np.int64).max)
    highest = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(lowest, component, rivals.score)
    np.maximum.at(highest, component, rivals.score)
    flat: Flags = ((pairs == possible) & (lowest == highest))[component]
    return flat


def _by_rank(rivals: Rivals, component: Ints, flat: Flags) -> Ints:
    """First with first, second with second."""
    pairs = np.flatnonzero(flat)
    places = [place_in_component(node[pairs], component[pairs]) for node in (rivals.left, rivals.right)]
    return np.asarray(pairs[places[0] == places[1]], np.int64)


def _optimal(rivals: Rivals, component: Ints, open_pairs: Flags) -> tuple[Ints, bool]:
    """The assignment with the greatest total score, component by component."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  slow to load, and few runs have such rivals

    pairs = np.flatnonzero(open_pairs)
    pairs = pairs[np.lexsort((rivals.right[pairs], rivals.left[pairs], component[pairs]))]
    capped = False
    found: list[Ints] = []
    for part in np.split(pairs, np.flatnonzero(np.diff(component[pairs])) + 1):
        lefts, row = np.unique(rivals.left[part], return_inverse=True)
        rights, col = np.unique(rivals.right[part], return_inverse=True)
        if len(lefts) * len(rights) > _LARGEST_MATRIX:
            capped = True
            found.append(part[_greedy(row, col, np.lexsort((col, row, -rivals.score[part])))])
            continue
        position = np.full((len(lefts), len(rights)), -1, np.int64)
        position[row, col] = np.arange(len(part))
        worth = np.zeros(position.shape, np.int64)
        worth[row, col] = rivals.score[part] + 1
        chosen = position[linear_sum_assignment(worth, maximize=True)]
        found.append(part[chosen[chosen >= 0]])
    return np.concatenate(found) if found else np.empty(0, np.int64), capped


def _greedy(left: Ints, right: Ints, order: Ints) -> Ints:
    """Takes pairs in the given order, each node once."""
    used_left, used_right = bytearray(int(left.max()) + 1), bytearray(int(right.max()) + 1)
    taken: list[int] = []
    for pair, one, other in zip(order.tolist(), left[order].tolist(), right[order].tolist(), strict=True):
        if not (used_left[one] or used_right[other]):
            used_left[one] = used_right[other] = 1
            taken.append(pair)
    return np.array(taken, np.int64)


def _clear(rivals: Rivals, taken: Ints, margin: int) -> Flags:
    """Best in both directions by the margin, identical records aside, and as many of them on either side."""
    beaten_left = _best_other(rivals.left, rivals.right_class, rivals.score)[taken]
    beaten_right = _best_other(rivals.right, rivals.left_class, rivals.score)[taken]
    lead = rivals.score[taken] - np.maximum(beaten_left, beaten_right)
    lefts = _members(rivals.left, rivals.left_class)[rivals.left_class[taken]]
    rights = _members(rivals.right, rivals.right_class)[rivals.right_class[taken]]
    clear: Flags = (lead >= max(margin, 1)) & (lefts == rights)
    return clear


def _best_other(node: Ints, opposite_class: Ints, score: Ints) -> Ints:
    """For each pair the best score that its node reaches with a record of another class; 0 where there is none."""
    order = np.lexsort((opposite_class, -score, node))
    starts = np.r_[True, np.diff(node[order]) != 0]
    leader = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    other = opposite_class[order] != opposite_class[order][leader]
    second = np.zeros(int(node.max()) + 1, np.int64)
    np.maximum.at(second, node[order][other], score[order][other])
    best = np.empty(len(order), np.int64)
    best[order] = np.where(other, score[order][leader], second[node[order]])
    return best


def _members(node: Ints, node_class: Ints) -> Ints:
    """How many nodes each class has."""
    first = np.unique(node, return_index=True)[1]
    return np.asarray(np.bincount(node_class[first], minlength=int(node_class.max()) + 1), np.int64)


def _in_order(rivals: Rivals) -> Choice:
    """By score, then by the named order; clear unless a pair that was free ranks the same."""
    order = rivals.order if rivals.order is not None else np.zeros(len(rivals.left), np.int64)
    ranked = np.lexsort((rivals.right, rivals.left, order, -rivals.score))
    taken = _greedy(rivals.left, rivals.right, ranked)
    when = np.arange(len(taken))
    clear = np.ones(len(taken), np.bool_)
    late = len(taken)
    for node, other, other_class in (
        (rivals.left, rivals.right, rivals.right_class),
        (rivals.right, rivals.left, rivals.left_class),
    ):
        pick = np.full(int(node.max()) + 1, -1, np.int64)
        pick[node[taken]] = when
        gone = np.full(int(other.max()) + 1, late, np.int64)
        gone[other[taken]] = when
        mine = pick[node]
        chosen = taken[mine]
        same = (rivals.score == rivals.score[chosen]) & (order == order[chosen])
        doubt = (mine >= 0) & same & (other_class != other_class[chosen]) & (gone[other] > mine)
        clear[mine[doubt]] = False
    sorting = np.argsort(taken)
    return Choice(taken[sorting], clear[sorting])
