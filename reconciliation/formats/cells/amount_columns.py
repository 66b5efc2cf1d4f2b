"""A column of amounts at once, exactly: regular cells in Arrow and integer arithmetic, the odd ones one by one."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import AnyArray, Flags, Integers, content, flags, integers, lengths, trimmed
from reconciliation.formats.cells.amounts import MAX_INTEGER, AmountError, parse_amount, settle

_LARGEST_EXPONENT = 4
_POWERS = 10 ** np.arange(19, dtype=np.int64)
_GROUP_MARKS = (" ", "'", "\u00a0", "\u202f", "\u2019")


@dataclass(slots=True)
class AmountColumn:
    """Amount by amount: `integer` with `decimals` digits after the mark; `problems` of cells that are none."""

    integer: Integers
    decimals: Integers
    blank: Flags
    problems: dict[int, str]
    currencies: dict[int, str]

    def settled(self, exponents: Integers) -> tuple[Integers, Integers, Flags]:
        """At each row's own currency: see `cells.amounts.settle`. The flags mark rows that are too large for it."""
        integer, scale = self.integer.copy(), self.decimals.copy()
        coarse = scale < exponents
        too_large = coarse & (np.abs(integer) > MAX_INTEGER // _POWERS[np.where(coarse, exponents - scale, 0)])
        integer[too_large] = 0
        integer[coarse] *= _POWERS[(exponents - scale)[coarse]]
        scale[coarse] = exponents[coarse]
        idle = (scale > exponents) & (integer % 10 == 0)
        while idle.any():
            integer[idle] //= 10
            scale[idle] -= 1
            idle = (scale > exponents) & (integer % 10 == 0)
        return integer, scale, too_large


def amount_column(cells: AnyArray, decimal_mark: str, numbers: Flags | None = None) -> AmountColumn:
    """`numbers` marks cells that a spreadsheet holds as numbers: those are written with a point whatever the texts
    of the column do.
    """
    regular, integer, decimals = _regular(cells, decimal_mark)
    column = AmountColumn(integer, decimals, np.zeros(len(cells), dtype=np.bool_), {}, {})
    if numbers is not None and decimal_mark != ".":
        regular &= ~numbers
    for index in np.flatnonzero(~regular):
        mark = "." if numbers is not None and numbers[index] else decimal_mark
        _odd(column, int(index), cells[int(index)].as_py(), mark)
    return column


def _odd(column: AmountColumn, index: int, text: str, decimal_mark: str) -> None:
    column.integer[index] = column.decimals[index] = 0
    if not text.strip():
        column.blank[index] = True
        return
    try:
        amount = parse_amount(text, decimal_mark)
        column.integer[index], column.decimals[index] = settle(amount, 0)
    except AmountError as error:
        column.problems[index] = str(error)
        return
    if amount.currency:
        column.currencies[index] = amount.currency


def _regular(cells: AnyArray, decimal_mark: str) -> tuple[Flags, Integers, Integers]:
    """What the pattern takes has at most 18 digits: nothing below can overflow."""
    written = trimmed(cells)
    matches = pc.match_substring_regex(written, _pattern(decimal_mark))
    digits = pc.if_else(matches, written, pa.scalar("0"))
    present = content(digits).tobytes()
    for mark in (*_GROUP_MARKS, "," if decimal_mark == "." else "."):
        if mark.encode() in present:
            digits = pc.replace_substring(digits, mark, "")
    place = integers(pc.find_substring(digits, decimal_mark))
    decimals = np.where(place < 0, 0, lengths(digits) - place - 1)
    integer = integers(pc.cast(pc.replace_substring(digits, decimal_mark, ""), pa.int64()))
    return flags(matches), integer.copy(), decimals


@lru_cache(maxsize=2)
def _pattern(decimal_mark: str) -> str:
    groups = "|".join(
        rf"\d{{1,3}}(?:{mark}\d{{3}}){{1,3}}" for mark in (*_GROUP_MARKS, r"," if decimal_mark == "." else r"\.")
    )
    mark = r"\." if decimal_mark == "." else ","
    return rf"^-?(?:\d{{1,12}}|{groups})(?:{mark}\d{{1,6}})?$"
