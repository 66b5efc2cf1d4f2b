"""Whether one column is the running balance of another: the best evidence there is for which one the amount is."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from reconciliation.formats.cells.amount_columns import Integers
from reconciliation.formats.cells.amounts import AmountError, parse_amount

LINKS = ("after, oldest first", "after, newest first", "before, oldest first", "before, newest first")


def broken_links(amounts: Integers, balances: Integers) -> dict[str, Integers]:
    """For each way to keep a running balance, the places (second row of the pair) where it does not add up."""
    steps = np.diff(balances)
    expected = (amounts[1:], -amounts[:-1], amounts[:-1], -amounts[1:])
    return {name: np.flatnonzero(steps != want) + 1 for name, want in zip(LINKS, expected, strict=True)}


def is_running_balance(amounts: Sequence[str], balances: Sequence[str], decimal_mark: str) -> bool:
    """True when every step of one column is the amount of the other, over enough lines to mean something."""
    least = 3
    pairs = [
        (amount, balance)
        for left, right in zip(amounts, balances, strict=True)
        if (amount := _value(left, decimal_mark)) is not None and (balance := _value(right, decimal_mark)) is not None
    ]
    moving = sum(1 for amount, _ in pairs if amount)
    if len(pairs) < least or moving < least - 1:
        return False
    integers = np.array([[int(value.scaleb(4)) for value in pair] for pair in pairs], dtype=object)
    return any(not len(broken) for broken in broken_links(integers[:, 0], integers[:, 1]).values())


def _value(text: str, decimal_mark: str) -> Decimal | None:
    try:
        amount = parse_amount(text, decimal_mark)
    except AmountError:
        return None
    return Decimal(amount.integer).scaleb(-amount.decimals)
