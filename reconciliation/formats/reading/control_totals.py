"""A totals line is a control total: of all lines, or of those since the total before."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from reconciliation.formats.currencies import NO_CURRENCY
from reconciliation.formats.reading.accounts import totals
from reconciliation.formats.reading.kept import Kept
from reconciliation.formats.reading.odd_lines import OddLine
from reconciliation.formats.results import plain
from reconciliation.money import to_decimal

Sums = dict[str, Decimal]


def total_warnings(stated: Sequence[tuple[int, OddLine]], kept: Kept, moved: Sums) -> list[str]:
    """`stated` are totals with their lines, `moved` is what all records add up to."""
    if not stated:
        return []
    ordered = sorted(stated, key=lambda item: item[0])
    since = _between([number for number, _ in ordered], kept)
    found = []
    for place, (number, line) in enumerate(ordered):
        if line.amount is None:
            continue
        currency = line.currency if line.currency != NO_CURRENCY or len(moved) != 1 else next(iter(moved))
        above = since[place].get(currency, Decimal())
        if line.amount not in {moved.get(currency, Decimal()), above}:
            found.append(
                f"The total on line {number} says {plain(line.amount)}, the lines above it add up to {plain(above)}."
            )
    return found


def _between(numbers: list[int], kept: Kept) -> list[Sums]:
    """What the records before the first of these lines add up to, those between it and the second, and so on."""
    found: list[Sums] = [defaultdict(Decimal) for _ in numbers]
    for part in kept.parts("line", "amount", "scale", "currency"):
        if part["amount"].null_count:
            continue
        places = np.searchsorted(np.array(numbers), part["line"].to_numpy())
        for place in np.unique(places[places < len(numbers)]):
            _add(found[int(place)], part.filter(pa.array(places == place)))
    return found


def _add(sums: Sums, records: pa.Table) -> None:
    amounts, scales = records["amount"].to_numpy(), records["scale"].to_numpy()
    for (code, scale), total in totals(amounts, scales, records["currency"].combine_chunks()).items():
        sums[code] += to_decimal(total, scale)
