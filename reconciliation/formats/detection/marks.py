"""Whether a point or a comma divides units from cents, told from every number of the file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from reconciliation.formats.cells.kinds import NumberCell

Mark = Literal[".", ","]
_NUMBER = re.compile(r"[.,]?\d(?:[\d.,'\u2019\u00a0\u202f ]*[\d.,])?")
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+|\d{1,2}(?: \d{2})+ \d{3}")
_GROUP = 3


@dataclass(slots=True)
class Marks:
    """How many numbers show what: `decisive` by decimal mark, `open` ones can be read either way."""

    decisive: dict[str, int] = field(default_factory=lambda: {".": 0, ",": 0})
    open: int = 0
    grouped: set[str] = field(default_factory=set)
    example: dict[str, str] = field(default_factory=dict)

    def look(self, cells: Iterable[str]) -> None:
        for cell in cells:
            if not isinstance(cell, NumberCell):
                self._look_at(cell)

    @property
    def decided(self) -> Mark | None:
        point, comma = self.decisive["."], self.decisive[","]
        if point == comma:
            return None
        return "." if point > comma else ","

    @property
    def mixed(self) -> bool:
        return bool(self.decisive["."] and self.decisive[","])

    def _look_at(self, cell: str) -> None:
        match = _NUMBER.search(cell)
        if match is None:
            return
        number = match[0]
        mark = _decimal_mark(number)
        if mark == "?":
            self.open += 1
            self.example.setdefault("?", cell.strip())
        elif mark:
            self.decisive[mark] += 1
            self.example.setdefault(mark, cell.strip())
        for group in (" ", "'", "\u00a0", "\u202f", "\u2019"):
            if group in number:
                self.grouped.add("'" if group in "'\u2019" else " ")


def _decimal_mark(number: str) -> str:
    """`.` or `,` when this number alone tells, `?` when it could be either, empty without any mark."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        last = "." if number.rfind(".") > number.rfind(",") else ","
        return last if number.count(last) == 1 else ""
    mark = "." if points else ","
    if points + commas == 0:
        return ""
    if points + commas > 1:
        grouped = _GROUPED.fullmatch(number.replace(mark, " "))
        return ("," if mark == "." else ".") if grouped else ""
    whole, _, fraction = number.partition(mark)
    if len(fraction) == _GROUP and fraction.isdigit() and whole.isdigit() and len(whole) <= _GROUP and whole[0] != "0":
        return "?"
    return mark
