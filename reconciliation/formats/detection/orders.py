"""The order of day, month and year in a column of dates, told from every date it holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from reconciliation.formats.cells.dates import month_number
from reconciliation.formats.column import DateOrder

_PARTS = re.compile(r"'?(\d{1,4})[-/.: ](\d{1,4})[-/.: ](\d{1,4})(?!\d)")
_COMPACT = re.compile(r"'?\d{8}(?!\d)")
_NAMED = re.compile(r"[^\W\d_]{3,}")
_LAST_MONTH, _LAST_DAY, _LONG = 12, 31, 4
_ALL: tuple[DateOrder, ...] = ("YMD", "DMY", "MDY", "MYD", "DYM")


@dataclass(slots=True)
class Orders:
    """Which orders each date allows; the column is in the one that allows most."""

    allowed: dict[DateOrder, int] = field(default_factory=lambda: dict.fromkeys(_ALL, 0))
    total: int = 0
    two_digit_years: bool = False

    def look(self, cells: Iterable[str]) -> None:
        for cell in cells:
            orders = self._possible(cell.strip())
            self.total += bool(orders)
            for order in orders:
                self.allowed[order] += 1

    def best(self) -> tuple[DateOrder, ...]:
        """The orders that explain most dates: more than one when the column leaves it open."""
        most = max(self.allowed.values())
        return tuple(order for order in _ALL if self.allowed[order] == most) if most else ()

    def _possible(self, cell: str) -> tuple[DateOrder, ...]:
        if match := _PARTS.match(cell):
            return tuple(
                order for order in _candidates(match.groups(), dashed="-" in match[0]) if _fits(order, match.groups())
            )
        if _COMPACT.match(cell):
            return tuple(order for order in ("YMD", "DMY", "MDY") if _fits_compact(order, cell.strip("'")))
        if any(month_number(word) for word in _NAMED.findall(cell)):
            return _ALL
        return ()


def _candidates(parts: tuple[str, ...], *, dashed: bool) -> tuple[DateOrder, ...]:
    """A year of two digits stands in front only where dashes divide the parts."""
    lengths = [len(part) for part in parts]
    if lengths[0] == _LONG:
        return ("YMD",)
    if lengths[1] == _LONG:
        return ("MYD", "DYM")
    if lengths[2] == _LONG:
        return ("DMY", "MDY")
    return ("DMY", "MDY", "YMD") if dashed else ("DMY", "MDY")


def _fits(order: DateOrder, parts: tuple[str, ...]) -> bool:
    by_letter = dict(zip(order, parts, strict=True))
    return 1 <= int(by_letter["M"]) <= _LAST_MONTH and 1 <= int(by_letter["D"]) <= _LAST_DAY


def _fits_compact(order: DateOrder, digits: str) -> bool:
    year, rest = (digits[:4], digits[4:8]) if order == "YMD" else (digits[4:8], digits[:4])
    plausible = year[:2] in ("19", "20", "21")
    parts = (year, rest[:2], rest[2:]) if order != "DMY" else (year, rest[2:], rest[:2])
    return plausible and _fits("YMD", parts)
