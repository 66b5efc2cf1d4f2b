"""BAI2, the cash management report of North American banks: records by code, `88` continues the one before.

Source of the type codes and of the control totals: the ANSI X9 BTRS and BAI Version 2 specifications. A control total
is the sum of every amount of the level below it, as written; the number of records has the trailer in it.
"""

import re
from collections.abc import Iterable, Iterator

from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.currencies import exponents
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance, plain
from reconciliation.formats.statements.bai2_controls import Controls
from reconciliation.formats.statements.bai2_records import NUMBER, Record, at, number_in, records_of
from reconciliation.formats.statements.parts import Entry, Other, Part, Start, Stated, Warn
from reconciliation.money import to_decimal

_TYPE = re.compile(r"\d{3}")
_OPENING, _CLOSING = "010", "015"
_NO_NEWS = {"2": "takes entries back", "4": "is a test"}
_RAW = 500
_FUNDS = 3
_CENTS = 2
_DEFAULT = "USD"


def parts(name: str, lines: Iterable[str]) -> Iterator[Part]:
    reader = _Bai2()
    for record in records_of(name, lines):
        if isinstance(record, Warn | Other):
            yield record
        else:
            yield from reader.take(record)
    if not reader.accounts:
        raise UnreadableFileError(name, "there is no account in it (record 03). Export it again, whole.")
    if not reader.ended:
        yield Warn("The file trailer (99) is missing: the file may be cut off.")


class _Bai2:
    def __init__(self) -> None:
        self.ended = False
        self.accounts = 0
        self._group_currency = ""
        self._group_status = ""
        self._date = ""
        self._account = ""
        self._currency = _DEFAULT
        self._controls = Controls()

    def take(self, record: Record) -> Iterator[Part]:
        values = record.fields()
        self._controls.count(record)
        match record.code:
            case "16":
                yield self._entry(record, values)
                return
            case "02":
                self._date = _iso(at(values, 4))
                self._group_currency = at(values, 6)
                self._group_status = at(values, 3)
                if self._group_status in _NO_NEWS:
                    yield Warn(f"The group on line {record.line} {_NO_NEWS[self._group_status]}: it is not imported.")
            case "03":
                yield from self._starts(values)
            case "49" | "98" | "99":
                yield from self._controls.ends(record)
                self.ended = self.ended or record.code == "99"
        yield Other("total" if record.code in {"49", "98", "99"} else "header", record.lines)

    def _starts(self, values: list[str]) -> Iterator[Part]:
        self.accounts += 1
        self._account = at(values, 1)
        stated = at(values, 2) or self._group_currency
        self._currency = stated or _DEFAULT
        yield Start(self._account)
        if not stated:
            yield Warn(f"Account {self._account} states no currency: BAI2 then means {_DEFAULT}.")
        for kind, number in _summary(values[_FUNDS:]):
            self._controls.add(number)
            if kind in (_OPENING, _CLOSING) and self._currency in exponents() and self._group_status not in _NO_NEWS:
                amount = to_decimal(number, exponents()[self._currency])
                balance = Balance(amount=amount, currency=self._currency, date=day_of(self._date, "YMD"))
                yield Stated("opening" if kind == _OPENING else "closing", balance)

    def _entry(self, record: Record, values: list[str]) -> Entry:
        kind, written = at(values, 1), at(values, 2)
        bank, customer, text = _after_funds(values)
        self._controls.add(number_in(written))
        direction, problem = _direction(kind)
        if not NUMBER.fullmatch(written):
            problem = ("amount", f"{written!r} is no amount in minor units")
        if self._currency not in exponents():
            problem = ("currency", f"{self._currency!r} is no currency")
        if self._group_status in _NO_NEWS:
            problem = ("group status", f"{self._group_status}: the group {_NO_NEWS[self._group_status]}")
        cells = {
            "account": self._account,
            "currency": self._currency,
            "booking_date": self._date,
            "amount": plain(to_decimal(number_in(written), exponents().get(self._currency, _CENTS))),
            "direction": direction,
            "status": "booked",
            "reference": customer or bank,
            "text": text,
            "code": kind,
            "bank_reference": bank,
        }
        return Entry(record.line, record.lines, cells, raw=record.raw[:_RAW], problem=problem)


def _direction(kind: str) -> tuple[str, tuple[str, str] | None]:
    """100 to 399 are credits, 400 to 699 debits; of others the standard leaves the sign to the bank."""
    if _TYPE.fullmatch(kind) and "100" <= kind <= "399":
        return "C", None
    if _TYPE.fullmatch(kind) and "400" <= kind <= "699":
        return "D", None
    return "", ("type code", f"{kind} says neither credit nor debit")


def _summary(values: list[str]) -> Iterator[tuple[str, int]]:
    """(type code, amount) of the quadruples type, amount, count, funds of an account record, blanks between passed."""
    place = 0
    while place < len(values):
        kind = values[place].strip()
        if not _TYPE.fullmatch(kind):
            place += 1
            continue
        yield kind, number_in(at(values, place + 1))
        place += 3
        place += _width(values, place)


def _after_funds(values: list[str]) -> tuple[str, str, str]:
    """Bank reference, customer reference and text of a transaction."""
    place = _FUNDS + _width(values, _FUNDS)
    return at(values, place), at(values, place + 1), ",".join(values[place + 2 :]).strip()


def _width(values: list[str], place: int) -> int:
    """How many fields the funds type at this place takes, itself included."""
    kind = at(values, place).upper()
    if kind == "S":
        return 4
    if kind == "V":
        return 3
    return 2 + 2 * number_in(at(values, place + 1)) if kind == "D" else 1


def _iso(digits: str) -> str:
    return f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}" if re.fullmatch(r"\d{6}", digits) else digits
