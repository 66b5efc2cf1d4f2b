"""OFX, QFX and QBO: SGML without closing tags, or XML; bank, card and investment statements in one file."""

from collections.abc import Iterator
from typing import IO

from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.counting import counted
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance
from reconciliation.formats.statements.ofx_tokens import Token, Tokens
from reconciliation.formats.statements.parts import Entry, Other, Part, Start, Stated, Warn

_STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_ACCOUNTS = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
_LISTS = {"BANKTRANLIST", "BANKTRANLISTP", "INVTRANLIST", "INVBANKTRAN"}
_ENTRIES = {"STMTTRN": "booked", "STMTTRNP": "pending"}
_KEPT = _ACCOUNTS | {"LEDGERBAL", "PAYEE", "CURRENCY", "ORIGCURRENCY", "BANKACCTTO", "CCACCTTO"} | set(_ENTRIES)
_RAW = 500


def parts(name: str, stream: IO[str]) -> Iterator[Part]:
    """Raises `UnreadableFileError` for OFX that holds no statement, or declares entities."""
    tokens = Tokens(name, stream)
    reader = _Ofx()
    for token in tokens:
        yield from reader.take(token)
    if cut := reader.broken_off():
        raise UnreadableFileError(name, "the file is cut off within a transaction. Export it again, whole.", line=cut)
    if not reader.statements:
        raise UnreadableFileError(name, "there is no statement in it. Ask the bank for the transactions of an account.")
    if not tokens.has_header:
        yield Warn("The file has no OFX header: its version and encoding are guessed.")
    if not tokens.ends_whole:
        yield Warn("The file does not end with </OFX>: it may be cut off.")
    if reader.trades:
        yield Warn(f"{counted(reader.trades, 'trade')} of securities: no payment, so no record is made.")
    yield Other("header", max(0, tokens.lines - reader.entry_lines))


class _Ofx:
    def __init__(self) -> None:
        self.statements = 0
        self.entry_lines = 0
        self.trades = 0
        self._counted = 0
        self._open: list[str] = []
        self._account = self._currency = ""
        self._values: dict[str, str] = {}
        self._began = self._ended = 1
        self._raw = ""

    def take(self, token: Token) -> Iterator[Part]:
        if token.tag in _LISTS | _STATEMENTS or (token.tag in _ENTRIES and not token.closes):
            yield from self._left_open()
        if len(self._raw) < _RAW:
            self._raw += token.raw
        self._ended = token.end
        if token.closes:
            yield from self._closes(token)
        else:
            yield from self._opens(token)

    def broken_off(self) -> int | None:
        """The line of a transaction that the file ends in."""
        return self._began if self._entry_open() else None

    def _entry_open(self) -> str | None:
        return next((tag for tag in self._open if tag in _ENTRIES), None)

    def _left_open(self) -> Iterator[Part]:
        """A transaction that another one, or the end of the list, follows before it is closed."""
        if tag := self._entry_open():
            self._open = []
            yield self._entry(_ENTRIES[tag], self._ended)

    def _opens(self, token: Token) -> Iterator[Part]:
        tag = token.tag
        self.trades += tag == "INVTRAN"
        if tag in _STATEMENTS:
            self.statements += 1
            self._account = self._currency = ""
            self._open = []
        elif tag in _KEPT:
            self._open.append(tag)
            if tag in _ENTRIES or tag == "LEDGERBAL":
                self._values, self._began, self._raw = {}, token.line, token.raw
        elif token.text:
            yield from self._leaf(tag, token.text)

    def _leaf(self, tag: str, value: str) -> Iterator[Part]:
        inside = self._open[-1] if self._open else ""
        if tag == "CURDEF":
            self._currency = value.upper()
        elif tag == "ACCTID" and inside in _ACCOUNTS and not self._account:
            self._account = value
            yield Start(value)
        elif inside in _ENTRIES or inside == "LEDGERBAL":
            self._values.setdefault(tag, value)
        elif inside in _KEPT:
            self._values.setdefault(f"{inside}.{tag}", value)

    def _closes(self, token: Token) -> Iterator[Part]:
        if token.tag not in _KEPT or token.tag not in self._open:
            return
        while self._open.pop() != token.tag:
            pass
        if token.tag in _ENTRIES:
            yield self._entry(_ENTRIES[token.tag], token.last)
        elif token.tag == "LEDGERBAL":
            yield self._balance()

    def _balance(self) -> Part:
        amount = decimal_of(_point(self._values.get("BALAMT", "")), ".")
        if amount is None:
            return Warn(f"Line {self._began}: the ledger balance has no amount that can be read.")
        day = day_of(_iso(self._values.get("DTASOF", "")), "YMD")
        return Stated("closing", Balance(amount=amount, currency=self._currency, date=day))

    def _entry(self, status: str, last: int) -> Entry:
        values, line = self._values, self._began
        name = values.get("NAME", "") or values.get("PAYEE.NAME", "")
        memo = values.get("MEMO", "")
        cells = {
            "account": self._account,
            "currency": values.get("CURRENCY.CURSYM", self._currency).upper(),
            "booking_date": _iso(values.get("DTPOSTED", "")),
            "value_date": _iso(values.get("DTAVAIL", "")),
            "amount": _point(values.get("TRNAMT", "")),
            "status": status,
            "key": values.get("FITID", ""),
            "reference": values.get("CHECKNUM", "") or values.get("REFNUM", ""),
            "counterparty": name,
            "counterparty_account": values.get("BANKACCTTO.ACCTID", ""),
            "text": memo if name in memo else " ".join(filter(None, [name, memo])),
            "code": values.get("TRNTYPE", ""),
        }
        return Entry(line, self._span(line, last), cells, raw=self._raw[:_RAW].rstrip())

    def _span(self, first: int, last: int) -> int:
        """Lines that no entry before has counted."""
        lines = max(0, last - max(first, self._counted + 1) + 1)
        self._counted = max(self._counted, last)
        self.entry_lines += lines
        return lines


def _point(amount: str) -> str:
    """OFX knows no thousands mark, and either decimal mark."""
    return amount.replace(",", ".") if "." not in amount else amount


def _iso(moment: str) -> str:
    """YYYYMMDD of a moment; the zone behind it does not move a bank's date."""
    digits = moment[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits.isdecimal() and len(moment) >= len(digits) else moment
