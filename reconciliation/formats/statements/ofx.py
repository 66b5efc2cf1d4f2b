"""OFX, QFX and QBO: SGML without closing tags, or XML; bank, card and investment statements in one file."""

import re
from collections.abc import Iterator
from html import escape, unescape

from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance
from reconciliation.formats.statements.parts import Entry, Other, Part, Start, Stated, Warn

_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[A-Za-z0-9._]+)\s*(?P<empty>/?)>(?P<text>[^<]*)")
_HEADER = re.compile(r"OFXHEADER|<\?OFX", re.IGNORECASE)
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_ACCOUNTS = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
_LISTS = {"BANKTRANLIST", "BANKTRANLISTP", "INVTRANLIST", "INVBANKTRAN"}
_ENTRIES = {"STMTTRN": "booked", "STMTTRNP": "pending"}
_KEPT = _ACCOUNTS | {"LEDGERBAL", "PAYEE", "CURRENCY", "ORIGCURRENCY", "BANKACCTTO", "CCACCTTO"} | set(_ENTRIES)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_RAW = 500


def parts(name: str, text: str) -> Iterator[Part]:
    """Raises `UnreadableFileError` for OFX that holds no statement, or declares entities."""
    if found := _DECLARATION.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableFileError(name, "it declares a DOCTYPE or entities, which no statement needs.", line=line)
    if not _HEADER.search(text[: text.find("<OFX>") + 1 or None]):
        yield Warn("The file has no OFX header: its version and encoding are guessed.")
    reader = _Ofx(_CDATA.sub(lambda found: escape(found[1], quote=False), text))
    yield from reader.parts()
    if cut := reader.broken_off():
        raise UnreadableFileError(name, "the file is cut off within a transaction. Export it again, whole.", line=cut)
    if not reader.statements:
        raise UnreadableFileError(name, "there is no statement in it. Ask the bank for the transactions of an account.")
    if not text.rstrip().upper().endswith("</OFX>"):
        yield Warn("The file does not end with </OFX>: it may be cut off.")
    if reader.trades:
        yield Warn(f"{reader.trades} trades of securities are no payments: no record is made of them.")
    yield Other("header", max(0, text.count("\n") + 1 - reader.entry_lines))


class _Ofx:
    def __init__(self, text: str) -> None:
        self.statements = 0
        self.entry_lines = 0
        self.trades = 0
        self._text = text
        self._line, self._at, self._counted = 1, 0, 0
        self._open: list[str] = []
        self._account = self._currency = ""
        self._values: dict[str, str] = {}
        self._began = (1, 0)

    def parts(self) -> Iterator[Part]:
        for token in _TOKEN.finditer(self._text):
            tag = token["tag"].upper()
            if tag in _LISTS | _STATEMENTS or (tag in _ENTRIES and not token["close"]):
                yield from self._left_open(token.start())
            if token["close"]:
                yield from self._closes(tag, token.end("tag"))
            else:
                yield from self._opens(tag, token)

    def broken_off(self) -> int | None:
        """The line of a transaction that the file ends in."""
        return self._began[0] if self._entry_open() else None

    def _entry_open(self) -> str | None:
        return next((tag for tag in self._open if tag in _ENTRIES), None)

    def _left_open(self, end: int) -> Iterator[Part]:
        """A transaction that another one, or the end of the list, follows before it is closed."""
        if tag := self._entry_open():
            while self._text[end - 1].isspace():
                end -= 1
            self._open = []
            yield self._entry(_ENTRIES[tag], end)

    def _opens(self, tag: str, token: re.Match[str]) -> Iterator[Part]:
        value = unescape(token["text"]).strip()
        self.trades += tag == "INVTRAN"
        if tag in _STATEMENTS:
            self.statements += 1
            self._account = self._currency = ""
            self._open = []
        elif tag in _KEPT:
            self._open.append(tag)
            if tag in _ENTRIES or tag == "LEDGERBAL":
                self._values, self._began = {}, (self._line_at(token.start()), token.start())
        elif value:
            yield from self._leaf(tag, value)

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

    def _closes(self, tag: str, end: int) -> Iterator[Part]:
        if tag not in _KEPT or tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if tag in _ENTRIES:
            yield self._entry(_ENTRIES[tag], end)
        elif tag == "LEDGERBAL":
            yield self._balance()

    def _balance(self) -> Part:
        amount = decimal_of(_point(self._values.get("BALAMT", "")), ".")
        if amount is None:
            return Warn(f"Line {self._began[0]}: the ledger balance has no amount that can be read.")
        day = day_of(_iso(self._values.get("DTASOF", "")), "YMD")
        return Stated("closing", Balance(amount=amount, currency=self._currency, date=day))

    def _entry(self, status: str, end: int) -> Entry:
        values, line = self._values, self._began[0]
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
        return Entry(line, self._span(line, end), cells, raw=self._text[self._began[1] : end][:_RAW])

    def _span(self, first: int, end: int) -> int:
        """Lines that no entry before has counted."""
        last = self._line_at(end)
        lines = max(0, last - max(first, self._counted + 1) + 1)
        self._counted = max(self._counted, last)
        self.entry_lines += lines
        return lines

    def _line_at(self, place: int) -> int:
        self._line += self._text.count("\n", self._at, place)
        self._at = place
        return self._line


def _point(amount: str) -> str:
    """OFX knows no thousands mark, and either decimal mark."""
    return amount.replace(",", ".") if "." not in amount else amount


def _iso(moment: str) -> str:
    """YYYYMMDD of a moment; the zone behind it does not move a bank's date."""
    digits = moment[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits.isdecimal() and len(moment) >= len(digits) else moment
