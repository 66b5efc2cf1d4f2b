"""camt.052, .053 and .054 of ISO 20022, every version in use: the elements read here have kept their names."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance
from reconciliation.formats.statements.parts import Entry, Other, Part, Start, Stated, Warn
from reconciliation.formats.statements.xml import Node, trees

_STATEMENTS = {"BkToCstmrStmt": "Stmt", "BkToCstmrAcctRpt": "Rpt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}
_PARENT = 2
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE", "-"}
_DEBIT = "DBIT"


def parts(path: Path) -> Iterator[Part]:
    """Raises `UnreadableFileError` for XML that is no statement."""
    reader = _Camt(path.name)
    for node in trees(path, _below_statement):
        yield from reader.parts(node)
    if not reader.statements:
        raise UnreadableFileError(path.name, "there is no statement, report or notification in it.")


def _below_statement(above: list[str]) -> bool:
    return len(above) > _PARENT and _STATEMENTS.get(above[-3]) == above[-2]


class _Camt:
    """The elements of one statement after the other: Id, ElctrncSeqNb, CreDtTm, Acct, Bal, Ntry."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.statements = 0
        self._number = 0
        self._account = ""
        self._currency = ""
        self._date = ""
        self._balances: dict[str, Balance] = {}
        self._open = False
        self._last_line = 0
        self._entry_lines = 0

    def parts(self, node: Node) -> Iterator[Part]:
        match node.tag:
            case "Id":  # the first element of each statement
                yield from self._ends()
                self.statements += 1
                self._number, self._account, self._currency, self._date = 0, "", "", ""
            case "ElctrncSeqNb" | "LglSeqNb":
                self._number = self._number or (int(node.text) if node.text.isdecimal() else 0)
            case "CreDtTm":
                self._date = node.text[:10]
            case "Acct":
                self._account = node.first("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")
                self._currency = node.first("Ccy")
                self._open = True
                yield Start(self._account, self._number)
            case "Bal":
                yield from self._balance(node)
            case "Ntry":
                yield self._entry(node)
            case "#end":
                yield from self._ends()
                yield Other("header", node.line - self._entry_lines)

    def _ends(self) -> Iterator[Part]:
        """OPBD is the opening balance; where there is none, the closing balance of the day before is."""
        if self.statements and not self._open:
            raise UnreadableFileError(self._name, "a statement of it names no account: it is not a complete camt file.")
        for kind, codes in (("opening", _OPENING), ("closing", _CLOSING)):
            if found := next((self._balances[code] for code in codes if code in self._balances), None):
                yield Stated("opening" if kind == "opening" else "closing", found)
        self._balances = {}
        self._open = False

    def _balance(self, node: Node) -> Iterator[Part]:
        code = node.first("Tp/CdOrPrtry/Cd", "Tp/Cd", "Tp/CdOrPrtry/Prtry")
        amount = decimal_of(node.first("Amt"), ".")
        date = _day(node, "Dt")
        if amount is None:
            yield Warn(f"The balance {code} on line {node.line} has no amount that can be read.")
            return
        if code in _CLOSING or not self._date:
            self._date = date or self._date
        sign = Decimal(-1 if node.first("CdtDbtInd") == _DEBIT else 1)
        balance = Balance(amount=sign * amount, currency=_currency(node) or self._currency, date=day_of(date, "YMD"))
        self._balances.setdefault(code, balance)

    def _entry(self, node: Node) -> Entry:
        amount, direction = node.first("Amt"), node.first("CdtDbtInd")
        booked, valued = _day(node, "BookgDt"), _day(node, "ValDt")
        details = node.all("NtryDtls/TxDtls")
        other = "Dbtr" if direction == "CRDT" else "Cdtr"
        cells = {
            "account": self._account,
            "currency": _currency(node) or self._currency,
            "booking_date": booked or valued or self._date,
            "value_date": valued,
            "amount": amount,
            "direction": direction,
            "status": node.first("Sts/Cd", "Sts") or "BOOK",
            "key": _reference(node.first("AcctSvcrRef")),
            "reference": _best_reference(node, details),
            "end_to_end_id": _reference(_only(details, "Refs/EndToEndId")),
            "batch": node.first("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"),
            "counterparty": _only(details, f"RltdPties/{other}/Nm", f"RltdPties/{other}/Pty/Nm"),
            "counterparty_account": _only(
                details, f"RltdPties/{other}Acct/Id/IBAN", f"RltdPties/{other}Acct/Id/Othr/Id"
            ),
            "text": _text(node, details),
            "code": _code(node),
            "bank_reference": node.first("NtryRef"),
        }
        problem = None
        if not amount or not direction:
            problem = ("Amt" if not amount else "CdtDbtInd", "is missing")
        return Entry(node.line, self._span(node), cells, raw=f"{amount} {direction} {cells['text']}", problem=problem)

    def _span(self, node: Node) -> int:
        """Lines that no entry before has counted: a file may well be a single line."""
        lines = max(0, node.end - max(node.line, self._last_line + 1) + 1)
        self._last_line = max(self._last_line, node.end)
        self._entry_lines += lines
        return lines


def _day(node: Node, name: str) -> str:
    """The date as the bank wrote it: a zone behind it does not move it."""
    return node.first(f"{name}/Dt", f"{name}/DtTm")[:10]


def _currency(node: Node) -> str:
    return next((child.attributes.get("Ccy", "") for child in node.all("Amt")), "")


def _reference(text: str) -> str:
    return "" if text.upper() in _NO_REFERENCE else text


def _only(details: list[Node], *paths: str) -> str:
    """What all details of the entry have in common; nothing where they differ."""
    found = {detail.first(*paths) for detail in details} - {""}
    return next(iter(found)) if len(found) == 1 else ""


def _best_reference(node: Node, details: list[Node]) -> str:
    for paths in (("RmtInf/Strd/CdtrRefInf/Ref",), ("Refs/EndToEndId",), ("Refs/InstrId",), ("Refs/TxId",)):
        if reference := _reference(_only(details, *paths)):
            return reference
    return _reference(node.first("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "AcctSvcrRef"))


def _text(node: Node, details: list[Node]) -> str:
    texts = [found.text for detail in details for path in ("RmtInf/Ustrd", "AddtlTxInf") for found in detail.all(path)]
    return " ".join(filter(None, dict.fromkeys([*texts, node.first("AddtlNtryInf")])))


def _code(node: Node) -> str:
    codes = [node.first(f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "-".join(filter(None, codes)) or node.first("BkTxCd/Prtry/Cd")
