"""The account of a file's lines: how many went where, and what their amounts add up to."""

from collections import defaultdict
from decimal import Decimal
from typing import get_args

import numpy as np

from reconciliation.formats.arrow import AnyArray, Integers, encode
from reconciliation.formats.currencies import NO_CURRENCY
from reconciliation.formats.results import Category, LineCount
from reconciliation.money import to_decimal

_LOW_BITS = 32
_LOW = (1 << _LOW_BITS) - 1


class Accounts:
    """Each physical line is counted exactly once."""

    def __init__(self) -> None:
        self._lines: dict[Category, int] = defaultdict(int)
        self._sums: dict[Category, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def count(self, category: Category, lines: int, amount: Decimal | None = None, currency: str = "") -> None:
        self._lines[category] += lines
        if amount is not None:
            self._sums[category][currency] += amount

    def count_all(
        self, category: Category, lines: int, amounts: Integers, scales: Integers, currency: AnyArray
    ) -> None:
        self._lines[category] += lines
        for (code, scale), total in totals(amounts, scales, currency).items():
            self._sums[category][code] += to_decimal(total, scale)

    def name_currency(self, code: str) -> None:
        """What was counted without a currency is in that of the file."""
        for sums in self._sums.values():
            if NO_CURRENCY in sums and code != NO_CURRENCY:
                sums[code] += sums.pop(NO_CURRENCY)

    def sums(self, category: Category) -> dict[str, Decimal]:
        return dict(self._sums[category])

    def lines(self, category: Category) -> int:
        return self._lines[category]

    def result(self) -> tuple[LineCount, ...]:
        return tuple(
            LineCount(
                category=category, lines=self._lines[category], amounts=dict(sorted(self._sums[category].items()))
            )
            for category in get_args(Category)
            if self._lines[category] or self._sums[category]  # entries may share the line of another
        )


def totals(amounts: Integers, scales: Integers, currency: AnyArray) -> dict[tuple[str, int], int]:
    """Exact however large: the two halves of each number are added up apart, in Python's integers at the end."""
    codes, places = encode(currency)
    groups = places * _LOW_BITS + scales
    found = {}
    for group in np.unique(groups):
        chosen = amounts[groups == group]
        total = (int((chosen >> _LOW_BITS).sum()) << _LOW_BITS) + int((chosen & _LOW).sum())
        found[codes[int(group) // _LOW_BITS], int(group) % _LOW_BITS] = total
    return found
