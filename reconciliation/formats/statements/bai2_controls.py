"""What the trailers of a BAI2 file say of the level they end: the sum of its amounts, its parts, its records."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.formats.statements.bai2_records import Record, at, number_in
from reconciliation.formats.statements.parts import Control

_LEVEL = {"03": "49", "16": "49", "49": "49", "02": "98", "98": "98", "01": "99", "99": "99"}
_NAMES = {"49": "account", "98": "group", "99": "file"}
_ABOVE = {"49": "98", "98": "99"}
_PARTS = {"98": "accounts", "99": "groups"}


@dataclass(slots=True)
class _Level:
    total: int = 0
    parts: int = 0
    records: int = 0


class Controls:
    """Each level is counted up to its trailer, and then added to the one above it."""

    def __init__(self) -> None:
        self._levels = {code: _Level() for code in _NAMES}

    def add(self, amount: int) -> None:
        """An amount of the account at hand, as written."""
        self._levels["49"].total += amount

    def count(self, record: Record) -> None:
        self._levels[_LEVEL[record.code]].records += record.records

    def ends(self, trailer: Record) -> Iterator[Control]:
        """For a record 49, 98 or 99: what it says, against what was counted."""
        level, values = self._levels[trailer.code], trailer.fields()
        made = {"control total": level.total}
        if trailer.code in _PARTS:
            made[f"number of {_PARTS[trailer.code]}"] = level.parts
        made["number of records"] = level.records
        for place, (what, count) in enumerate(made.items(), 1):
            if place == 1 or at(values, place):
                says = Decimal(number_in(at(values, place)))
                yield Control(f"The {_NAMES[trailer.code]} {what} on line {trailer.line}", says, Decimal(count))
        if above := self._levels.get(_ABOVE.get(trailer.code, "")):
            above.total += number_in(at(values, 1))
            above.parts += 1
            above.records += level.records
        self._levels[trailer.code] = _Level()
