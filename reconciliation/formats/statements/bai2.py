"""BAI2, the cash management report of North American banks: records by code, `88` continues the one before.

Source of the type codes and of the control totals: the ANSI X9 BTRS and BAI Version 2 specifications. A control total
is the sum of every amount of the level below it, as written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.currencies import exponents
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance, plain
from reconciliation.formats.statements.parts import Control, Entry, Other, Part, Start, Stated, Warn
from reconciliation.money import to_decimal

_CODES = "01|02|03|16|49|88|98|99"
_NEXT_ON_LINE = re.compile(rf"/\s+(?=(?:{_CODES}),)")
_RECORD = re.compile(rf"^\s*({_CODES})(?:,|/|$)")
_NUMBER = re.compile(r"[+-]?\d+")
_TYPE = re.compile(r"\d{3}")
_OPENING, _CLOSING = "010", "015"
_NO_NEWS = {"2": "takes entries back", "4": "is a test"}
_FUNDS = 3
_CENTS = 2
_DEFAULT = "USD"


@dataclass(slots=True)
class Record:
    """One record with its continuations. `lines` counts the physical ones that begin with it."""

    code: str
    line: int
    lines: int
    text: str
    ended: bool

    def fields(self) -> list[str]:
        return self.text.split(",")


def records_of(name: str, lines: Iterable[str]) -> Iterator[Record | Warn]:
    """A line that is no record continues the one before, as some banks wrap texts; it is told. Raises
    `UnreadableFileError` where there is none before.
    """
    current: Record | None = None
    for number, line in enumerate(lines, 1):
        pieces = _NEXT_ON_LINE.split(line.rstrip())
        for place, piece in enumerate(pieces):
            text = piece.strip()
            ended = text.endswith("/") or place < len(pieces) - 1
            found = _RECORD.match(text)
            span = 0 if place else 1
            if found and found[1] == "88" and current:
                current.text += ("," if current.ended else " ") + text[3:].removesuffix("/")
                current.lines, current.ended = current.lines + span, ended
            elif found and found[1] != "88":
                if current:
                    yield current
                current = Record(found[1], number, span, text.removesuffix("/"), ended)
            elif current:
                current.lines, current.text = current.lines + span, f"{current.text} {text}".rstrip()
                if text:
                    yield Warn(f"Line {number} begins with no known code: it is read as part of the record above.")
            elif text:
                raise UnreadableFileError(name, "is no BAI2 record: it begins with no known code.", line=number)
    if current:
        yield current


def parts(name: str, lines: Iterable[str]) -> Iterator[Part]:
    reader = _Bai2()
    for record in records_of(name, lines):
        if isinstance(record, Warn):
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
        self._account_total = 0
        self._group_total = 0
        self._file_total = 0

    def take(self, record: Record) -> Iterator[Part]:
        values = record.fields()
        match record.code:
            case "16":
                yield self._entry(record, values)
                return
            case "02":
                self._date = _iso(_at(values, 4))
                self._group_currency = _at(values, 6)
                self._group_status = _at(values, 3)
                if self._group_status in _NO_NEWS:
                    yield Warn(f"The group on line {record.line} {_NO_NEWS[self._group_status]}: it is not imported.")
            case "03":
                yield from self._starts(values)
            case "49":
                yield from self._total("The account control total", record, self._account_total)
                self._group_total += _number(_at(values, 1))
                self._account_total = 0
            case "98":
                yield from self._total("The group control total", record, self._group_total)
                self._file_total += _number(_at(values, 1))
                self._group_total = 0
            case "99":
                yield from self._total("The file control total", record, self._file_total)
                self.ended = True
        yield Other("total" if record.code in {"49", "98", "99"} else "header", record.lines)

    def _starts(self, values: list[str]) -> Iterator[Part]:
        self.accounts += 1
        self._account = _at(values, 1)
        stated = _at(values, 2) or self._group_currency
        self._currency = stated or _DEFAULT
        yield Start(self._account)
        if not stated:
            yield Warn(f"Account {self._account} states no currency: BAI2 then means {_DEFAULT}.")
        for kind, number in _summary(values[_FUNDS:]):
            self._account_total += number
            if kind in (_OPENING, _CLOSING) and self._currency in exponents() and self._group_status not in _NO_NEWS:
                amount = to_decimal(number, exponents()[self._currency])
                balance = Balance(amount=amount, currency=self._currency, date=day_of(self._date, "YMD"))
                yield Stated("opening" if kind == _OPENING else "closing", balance)

    def _total(self, what: str, record: Record, made: int) -> Iterator[Part]:
        says = _number(_at(record.fields(), 1))
        yield Control(f"{what} on line {record.line}", Decimal(says), Decimal(made))

    def _entry(self, record: Record, values: list[str]) -> Entry:
        kind, written = _at(values, 1), _at(values, 2)
        bank, customer, text = _after_funds(values)
        self._account_total += _number(written)
        direction, problem = _direction(kind)
        if not _NUMBER.fullmatch(written):
            problem = ("amount", f"{written!r} is no amount in minor units")
        if self._currency not in exponents():
            problem = ("currency", f"{self._currency!r} is no currency")
        if self._group_status in _NO_NEWS:
            problem = ("group status", f"{self._group_status}: the group {_NO_NEWS[self._group_status]}")
        cells = {
            "account": self._account,
            "currency": self._currency,
            "booking_date": self._date,
            "amount": plain(to_decimal(_number(written), exponents().get(self._currency, _CENTS))),
            "direction": direction,
            "status": "booked",
            "reference": customer or bank,
            "text": text,
            "code": kind,
            "bank_reference": bank,
        }
        return Entry(record.line, record.lines, cells, raw=record.text[:500], problem=problem)


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
        yield kind, _number(_at(values, place + 1))
        place += 3
        place += _width(values, place)


def _after_funds(values: list[str]) -> tuple[str, str, str]:
    """Bank reference, customer reference and text of a transaction."""
    place = _FUNDS + _width(values, _FUNDS)
    return _at(values, place), _at(values, place + 1), ",".join(values[place + 2 :]).strip()


def _width(values: list[str], place: int) -> int:
    """How many fields the funds type at this place takes, itself included."""
    kind = _at(values, place).upper()
    if kind == "S":
        return 4
    if kind == "V":
        return 3
    return 2 + 2 * _number(_at(values, place + 1)) if kind == "D" else 1


def _at(values: list[str], place: int) -> str:
    return values[place].strip() if place < len(values) else ""


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _iso(digits: str) -> str:
    return f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}" if re.fullmatch(r"\d{6}", digits) else digits
