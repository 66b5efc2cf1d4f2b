"""Connected components of rivals, and the order of records within them."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def can_tie(left: Ints, right: Ints, score: Ints) -> bool:
    """Whether the fixed order of records can matter: equal scores at one record, or more than a star of rivals."""
    _, lefts, left_degree = np.unique(left, return_inverse=True, return_counts=True)
    _, rights, right_degree = np.unique(right, return_inverse=True, return_counts=True)
    if ((left_degree[lefts] > 1) & (right_degree[rights] > 1)).any():
        return True
    return any(
        bool(((np.diff(node[order]) == 0) & (np.diff(score[order]) == 0)).any())
        for node in (left, right)
        for order in (np.lexsort((score, node)),)
    )


def components(left: Ints, right: Ints) -> Ints:
    """The number of the connected component that each pair belongs to."""
    from scipy.sparse import coo_array  # noqa: PLC0415  slow to load, and many runs have no rivals
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  as above

    lefts, rights = int(left.max()) + 1, int(right.max()) + 1
    graph = coo_array((np.ones(len(left), np.int8), (left, lefts + right)), shape=(lefts + rights, lefts + rights))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels[left], np.int64)


def nodes_per_component(component: Ints, node: Ints, count: int) -> Ints:
    first = np.unique(node, return_index=True)[1]
    return np.asarray(np.bincount(component[first], minlength=count), np.int64)


def place_in_component(node: Ints, component: Ints) -> Ints:
    """The place of each node within its component, counted from nought."""
    order = np.lexsort((node, component))
    new_node = np.r_[True, (np.diff(node[order]) != 0) | (np.diff(component[order]) != 0)][: len(order)]
    new_component = np.r_[True, np.diff(component[order]) != 0][: len(order)]
    running = np.cumsum(new_node) - 1
    start = np.maximum.accumulate(np.where(new_component, running, 0))
    place = np.empty(len(order), np.int64)
    place[order] = running - start
    return place
