"""What a cell looks like, before anything is decided."""

import re
from enum import Enum
from functools import lru_cache

from reconciliation.formats.cells.amounts import AmountError, parse_amount
from reconciliation.formats.cells.dates import month_number
from reconciliation.formats.currencies import is_currency

_CACHED = 1 << 16
_LONGEST = 60
_DIGIT = re.compile(r"\d")
_LONG_WORD = re.compile(r"[^\W\d_]{7}")  # longer than any word beside an amount
_TIME = r"(?:[T, ]+\d{1,2}:\d{2}.*)?"
_DATE = re.compile(
    rf"'?(?:\d{{4}}([-/.:])\d{{1,2}}\1\d{{1,2}}|\d{{1,2}}([-/.])(?:\d{{1,2}}|\d{{4}})\2\d{{1,4}}\.?){_TIME}"
)
_COMPACT = re.compile(rf"(?:19|20)\d{{2}}(?:0\d|1[0-2])(?:[0-2]\d|3[01]){_TIME}")
_NAMED = re.compile(
    rf"\d{{1,2}}\.?[-\s/]*([^\W\d_]{{3,12}})\.?,?[-\s/]*\d{{2,4}}{_TIME}|([^\W\d_]{{3,12}})\.?\s+\d{{1,2}},?\s+\d{{4}}{_TIME}"
)


class NumberCell(str):
    """A cell that a spreadsheet holds as a number: written with a point whatever its column's texts do."""

    __slots__ = ()


class Kind(Enum):
    BLANK = "blank"
    DATE = "date"
    NUMBER = "number"
    CURRENCY = "currency"
    TEXT = "text"


@lru_cache(maxsize=_CACHED)
def kind_of(cell: str) -> Kind:
    text = cell.strip()
    if not text:
        return Kind.BLANK
    if len(text) > _LONGEST:
        return Kind.TEXT
    if not _DIGIT.search(text):
        return Kind.CURRENCY if is_currency(text) else Kind.TEXT
    if _DATE.fullmatch(text) or _COMPACT.fullmatch(text) or _is_named_date(text):
        return Kind.DATE
    return Kind.NUMBER if is_number(text) else Kind.TEXT


def is_number(text: str) -> bool:
    """Whether it is an amount with either decimal mark."""
    if _LONG_WORD.search(text):
        return False
    return _fits(text, ".") or ("," in text and _fits(text, ","))


def _fits(text: str, decimal_mark: str) -> bool:
    try:
        parse_amount(text, decimal_mark)
    except AmountError:
        return False
    return True


def _is_named_date(text: str) -> bool:
    match = _NAMED.fullmatch(text)
    return bool(match and month_number(match[1] or match[2]))
