"""MT940 and MT942, as banks write them: fields `:61:`, continued on the lines below, one statement after the other."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.currencies import exponents
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance
from reconciliation.formats.statements.movement import Movement, movement_of
from reconciliation.formats.statements.narrative import read_narrative
from reconciliation.formats.statements.parts import Entry, Other, Part, Start, Stated, Warn, number_of
from reconciliation.formats.text.lines import LONGEST, too_long

_TAG = re.compile(r"^(?:\{1:.*)?:(\d{2}[A-Z]?|NS):(.*)$")
_BLOCK = re.compile(r"^\{[1-5]:|^-(?:\}|\s*$)")  # a text may well begin with a dash
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>[\d.]*,?\d*)\s*$")
_OPENING, _CLOSING = {"60F", "60M"}, {"62F", "62M"}
_OTHER_BALANCES = {"64", "65", "34F", "90D", "90C"}
_RAW = 500
_CURRENCY_LAST = re.compile(r"([A-Z]{3})$")


@dataclass(slots=True)
class Field:
    """One field with the lines that continue it."""

    tag: str
    line: int
    lines: list[str] = field(default_factory=list)


def fields_of(name: str, lines: Iterable[str]) -> Iterator[Field]:
    """`tag` is empty for the lines of the envelope and for what stands before the first field. Raises
    `UnreadableFileError`.
    """
    current: Field | None = None
    length = 0
    for number, text in enumerate(lines, 1):
        found = _TAG.match(text)
        if found:
            if current:
                yield current
            current, length = Field(found[1], number, [found[2]]), 0
        elif current is None or _BLOCK.match(text):
            if current:
                yield current
            current = None
            yield Field("", number, [text])
        else:
            current.lines.append(text)
            length += len(text) + 1
            if length > LONGEST:
                raise too_long(name, current.line)
    if current:
        yield current


def parts(name: str, lines: Iterable[str]) -> Iterator[Part]:
    """Raises `UnreadableFileError` for a file that ends within a movement."""
    reader = _Swift()
    for found in fields_of(name, lines):
        yield from reader.take(found)
    if line := reader.broken_off():
        raise UnreadableFileError(name, "the file is cut off within a movement. Export it again, whole.", line=line)
    yield from reader.finish()


class _Swift:
    """What is known of the statement at hand, and the `:61:` that its `:86:` may still follow."""

    def __init__(self) -> None:
        self._account = ""
        self._currency = ""
        self._movement: tuple[Movement, Field] | None = None

    def take(self, found: Field) -> Iterator[Part]:
        if found.tag == "86" and self._movement:
            yield self._entry(found)
            return
        yield from self.finish()
        match found.tag:
            case "25":
                account = found.lines[0].strip()
                named = _CURRENCY_LAST.search(account)
                self._currency = named[1] if named and named[1] in exponents() else ""
                self._account = account.removesuffix(self._currency).strip()
            case "28C" | "28":
                number = found.lines[0].partition("/")[0].strip()
                yield Start(self._account, number_of(number))
            case "61":
                self._movement = movement_of(found.lines, self._currency), found
                return
            case tag if tag in _OPENING | _CLOSING | _OTHER_BALANCES:
                yield from self._balance(found)
                return
        yield Other("header" if found.tag else "preamble", len(found.lines))

    def finish(self) -> Iterator[Part]:
        """The last movement, where no narrative follows it."""
        if self._movement:
            yield self._entry(None)

    def broken_off(self) -> int | None:
        """The line of a last movement that is not complete."""
        if self._movement is None or self._movement[0].problem is None or self._movement[0].amount:
            return None
        return self._movement[1].line

    def _balance(self, found: Field) -> Iterator[Part]:
        yield Other("balance", len(found.lines))
        if found.tag in {"90D", "90C"}:
            return
        if found.tag == "34F":
            self._currency = found.lines[0][:3]
            return
        stated = _balance(found.lines[0])
        if stated is None:
            yield Warn(f"Line {found.line}: the balance in :{found.tag}: cannot be read: {found.lines[0][:40]!r}.")
            self._currency = "" if found.tag in _OPENING else self._currency
        elif found.tag in _OPENING | _CLOSING:
            self._currency = stated.currency
            yield Stated("opening" if found.tag in _OPENING else "closing", stated)

    def _entry(self, narrative: Field | None) -> Entry:
        if self._movement is None:
            raise ValueError("There is no movement to make an entry of.")
        movement, found = self._movement
        self._movement = None
        narrated = narrative.lines if narrative else []
        told = read_narrative(narrated)
        texts = [told.text, movement.supplement]
        cells = {
            "account": self._account,
            "currency": self._currency,
            "booking_date": movement.booked,
            "value_date": movement.valued,
            "amount": movement.amount,
            "direction": movement.direction,
            "status": "expected" if movement.expected else "booked",
            "key": "",
            "reference": told.reference or movement.reference,
            "end_to_end_id": told.reference,
            "batch": "",
            "counterparty": told.counterparty,
            "counterparty_account": told.account,
            "text": " ".join(text for text in texts if text),
            "code": movement.code,
            "bank_reference": movement.bank_reference,
        }
        return Entry(
            found.line,
            len(found.lines) + len(narrated),
            cells,
            raw=_written(found, narrative),
            problem=movement.problem,
        )


def _written(*fields: Field | None) -> str:
    return "\n".join([f":{found.tag}:" + "\n".join(found.lines[:_RAW]) for found in fields if found])[:_RAW]


def _balance(text: str) -> Balance | None:
    found = _BALANCE.match(text)
    day = day_of(f"20{found['day'][:2]}-{found['day'][2:4]}-{found['day'][4:]}", "YMD") if found else None
    amount = decimal_of(found["amount"].rstrip(","), ",") if found else None
    if found is None or day is None or amount is None or found["currency"] not in exponents():
        return None
    return Balance(amount=amount * Decimal(-1 if found["mark"] == "D" else 1), currency=found["currency"], date=day)
