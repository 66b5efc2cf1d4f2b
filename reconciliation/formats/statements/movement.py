"""The field `:61:`: dates, mark, amount, code and references of one movement."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reconciliation.formats.cells.dates import day_of

_MOVEMENT = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}| {4})?\s*(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>[\d.]*\d,?\d*|,\d+)(?:(?P<code>[A-Z][A-Z0-9]{3})(?P<reference>.*?)(?://(?P<bank>.*))?)?$"
)
_DIRECTIONS = {"C": "C", "D": "D", "RC": "D", "RD": "C", "EC": "C", "ED": "D"}
_NO_REFERENCE = {"NONREF", "NOREF", "NOTPROVIDED", "NONE", ""}
_CENTURY = 80
_LATE, _EARLY = "12", "01"
_FIRST, _LAST_DAY = "01", "31"


@dataclass(frozen=True, slots=True)
class Movement:
    """Dates are ISO; `direction` C or D, a reversal already turned round; with a `problem` (field, reason) the rest
    is what could be read of it.
    """

    booked: str = ""
    valued: str = ""
    amount: str = ""
    direction: str = ""
    code: str = ""
    reference: str = ""
    bank_reference: str = ""
    supplement: str = ""
    expected: bool = False
    problem: tuple[str, str] | None = None


def movement_of(lines: list[str], currency: str) -> Movement:
    """Of the lines of one `:61:`; what stands below its first line is the bank's supplement."""
    found = _MOVEMENT.match(lines[0].rstrip())
    supplement = " ".join([line.strip() for line in lines[1:] if line.strip()]) if len(lines) > 1 else ""
    value, entry, mark, _, amount, code, reference, bank = found.groups("") if found else ("",) * 8
    if not code:
        shown = lines[0][:60]
        return Movement(supplement=supplement, problem=("61", f"cannot be read as a movement: {shown!r}"))
    valued, stated, reference = _iso(value), entry.strip(), reference.strip()
    booked = _entry_date(value, stated) if stated else valued
    return Movement(
        booked=booked,
        valued=valued,
        amount=amount.rstrip(","),
        direction=_DIRECTIONS[mark],
        code=code,
        reference="" if reference.upper() in _NO_REFERENCE else reference,
        bank_reference=bank.strip(),
        supplement=supplement,
        expected=mark.startswith("E"),
        problem=_problem(value if booked or not stated else stated, booked, currency),
    )


def _problem(value: str, booked: str, currency: str) -> tuple[str, str] | None:
    if not booked or not (_FIRST <= value[2:4] <= _LATE and _FIRST <= value[4:] <= _LAST_DAY):
        return "61", f"{value!r} is no date"
    return None if currency else ("currency", "is not stated: no balance before it can be read")


@lru_cache(maxsize=4096)
def _iso(digits: str) -> str:
    """YYMMDD as a date; empty for a day that does not exist (banks reckon interest to 30 February)."""
    century = "19" if int(digits[:2]) >= _CENTURY else "20"
    text = f"{century}{digits[:2]}-{digits[2:4]}-{digits[4:]}"
    return text if day_of(text, "YMD") else ""


@lru_cache(maxsize=4096)
def _entry_date(value: str, entry: str) -> str:
    """MMDD, in the year of the value date but for the days around New Year; empty where it is no day."""
    year = int(value[:2])
    if value[2:4] == _LATE and entry[:2] == _EARLY:
        year += 1
    elif value[2:4] == _EARLY and entry[:2] == _LATE:
        year -= 1
    return _iso(f"{year % 100:02}{entry}")
