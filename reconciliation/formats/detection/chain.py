"""Whether one column is the running balance of another: the best evidence there is for which one the amount is."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from reconciliation.formats.arrow import Integers
from reconciliation.formats.cells.amounts import decimal_of

_SCALE = 6
AFTER_OLDEST, AFTER_NEWEST, BEFORE_OLDEST, BEFORE_NEWEST = (
    "after, oldest first",
    "after, newest first",
    "before, oldest first",
    "before, newest first",
)


def broken_links(amounts: Integers, balances: Integers, known: Integers) -> dict[str, Integers]:
    """For each way to keep a running balance, the rows where it does not add up. `known` are the rows that state
    a balance; what lies between two of them counts with their amounts.
    """
    steps = np.diff(balances[known])
    through = np.concatenate([np.zeros(1, dtype=amounts.dtype), np.cumsum(amounts)])
    after_first = through[known[1:] + 1] - through[known[:-1] + 1]
    before_last = through[known[1:]] - through[known[:-1]]
    expected = {
        AFTER_OLDEST: after_first,
        AFTER_NEWEST: -before_last,
        BEFORE_OLDEST: before_last,
        BEFORE_NEWEST: -after_first,
    }
    return {name: known[1:][steps != want] for name, want in expected.items()}


def is_running_balance(amounts: Sequence[str], balances: Sequence[str], decimal_mark: str) -> bool:
    """True when every step of one column is the amount of the other, over enough lines to mean something."""
    least = 3
    moved = [decimal_of(text, decimal_mark) for text in amounts]
    stated = [decimal_of(text, decimal_mark) for text in balances]
    known = np.array([place for place, value in enumerate(stated) if value is not None], dtype=np.int64)
    if len(known) < least or sum(map(bool, moved)) < least - 1:
        return False
    integers = [
        np.array([int((value or Decimal()).scaleb(_SCALE)) for value in row], dtype=object) for row in (moved, stated)
    ]
    return any(not len(broken) for broken in broken_links(integers[0], integers[1], known).values())
