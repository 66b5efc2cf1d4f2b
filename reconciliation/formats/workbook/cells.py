"""Cells of a workbook as texts, a column at a time, each with whether it is a number.

A number comes out as the shortest decimal that stands for what the workbook stores, and where that has more than the
15 digits that Excel itself keeps, as those 15 digits: `0.1 + 0.2` is 0.3, as on the sheet.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Flags, flags, integers

_DIGITS = 15

Column = tuple[Any, Any]


def column_of(cells: Sequence[Any]) -> Column:
    """Most columns are of one kind, with some cells empty: those need no look at each cell."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return pa.array(cells, pa.string()), _same(len(cells), number=False)
    if kinds <= {str, float}:
        return _numbers(cells)
    if kinds == {date}:
        return pa.array(cells, pa.date32()).cast(pa.string()), _same(len(cells), number=False)
    return _one_by_one(cells)


def text_of(cell: Any) -> tuple[str, bool]:
    if isinstance(cell, bool):
        return str(cell).upper(), False
    if isinstance(cell, int | float):
        return _number(cell), True
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return (cell.date().isoformat() if midnight else cell.isoformat(sep=" ")), False
    if isinstance(cell, date | time):
        return cell.isoformat(), False
    return (str(cell) if isinstance(cell, str | timedelta) else ""), False


def _one_by_one(cells: Sequence[Any]) -> Column:
    pairs = [text_of(cell) for cell in cells]
    return pa.array([text for text, _ in pairs], pa.string()), pa.array([number for _, number in pairs], pa.bool_())


def _same(count: int, *, number: bool) -> Any:
    return pa.array(np.full(count, number, dtype=np.bool_))


def _numbers(cells: Sequence[Any]) -> Column:
    """Arrow writes the shortest decimal too; what it writes with an exponent or too many digits is written anew."""
    is_number: Flags = np.fromiter((type(cell) is float for cell in cells), dtype=np.bool_, count=len(cells))
    written: Any = pa.array([cell for cell in cells if type(cell) is float], pa.float64()).cast(pa.string())
    odd = (integers(pc.binary_length(written)) > _DIGITS) | flags(pc.match_substring_regex(written, "[a-z]"))
    if odd.any():
        values = [cell for cell in cells if type(cell) is float]
        texts = written.to_pylist()
        for place in np.flatnonzero(odd):
            texts[place] = _number(values[place])
        written = pa.array(texts, pa.string())
    if len(written) == len(cells):
        return written, _same(len(cells), number=True)
    texts_only = pa.array([None if type(cell) is float else cell for cell in cells], pa.string())
    return pc.replace_with_mask(texts_only, pa.array(is_number), written), pa.array(is_number)


def _number(value: float) -> str:
    shortest = Decimal(repr(value))
    if not shortest.is_finite():
        return str(value)
    if len(shortest.as_tuple().digits) > _DIGITS and abs(shortest) < 10**_DIGITS:
        shortest = Decimal(f"{value:.{_DIGITS}g}")
    written = f"{shortest:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
