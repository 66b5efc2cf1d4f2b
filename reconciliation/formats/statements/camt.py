"""camt.052, .053 and .054 of ISO 20022, every version in use: the elements read here have kept their names."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.results import Balance
from reconciliation.formats.statements.camt_details import Details, reference_in
from reconciliation.formats.statements.camt_keys import account_of, shared_references
from reconciliation.formats.statements.camt_source import Source
from reconciliation.formats.statements.camt_summary import Summary
from reconciliation.formats.statements.parts import Entry, Other, Part, Start, Stated, Warn, number_of
from reconciliation.formats.statements.xml import Tree, trees
from reconciliation.formats.text.lines import ends_whole

_STATEMENTS = {"BkToCstmrStmt": "Stmt", "BkToCstmrAcctRpt": "Rpt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}
_PARENT = 2
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_DEBIT, _BOOKED = "DBIT", "BOOK"
_PIECES = frozenset({"TxDtls", "NtryDtls"})


def parts(path: Path, encoding: str) -> Iterator[Part]:
    """Raises `UnreadableFileError` for XML that is no statement."""
    with Source(path, encoding) as source:
        reader = _Camt(path, source)
        for node in trees(path, _below_statement, _PIECES):
            yield from reader.parts(node)
    if not reader.statements:
        raise UnreadableFileError(path.name, "there is no statement, report or notification in it.")


def _below_statement(above: list[str]) -> bool:
    return len(above) > _PARENT and _STATEMENTS.get(above[-3]) == above[-2]


class _Camt:
    """The elements of one statement after the other: Id, ElctrncSeqNb, CreDtTm, Acct, Bal, TxsSummry, Ntry."""

    def __init__(self, path: Path, source: Source) -> None:
        self._name = path.name
        self._source = source
        self._ends_whole = ends_whole(path)
        self._shared = shared_references(path, _below_statement)
        self.statements = 0
        self._id = ""
        self._number = 0
        self._account = ""
        self._currency = ""
        self._date = ""
        self._balances: dict[str, Balance] = {}
        self._details = Details()
        self._summary = Summary()
        self._open = False
        self._last_line = 0
        self._entry_lines = 0

    def parts(self, node: Tree) -> Iterator[Part]:
        match node.tag:
            case "Id":  # the first element of each statement
                yield from self._ends()
                self.statements += 1
                self._id, self._number, self._account, self._currency, self._date = node.text, 0, "", "", ""
            case "ElctrncSeqNb" | "LglSeqNb":
                self._number = self._number or number_of(node.text)
            case "CreDtTm":
                self._date = node.text[:10]
            case "Acct":
                self._account = account_of(node)
                self._currency = node.first("Ccy")
                self._open = True
                yield Start(self._account, self._number)
            case "Bal":
                yield from self._balance(node)
            case "TxsSummry":
                self._summary.take(node)
            case "TxDtls" | "NtryDtls":
                self._details.take(node)
            case "Ntry":
                yield self._entry(node)
            case "#end":
                yield from self._ends()
                yield Other("header", node.line - self._ends_whole - self._entry_lines)

    def _ends(self) -> Iterator[Part]:
        """OPBD is the opening balance; where there is none, the closing balance of the day before is."""
        if self.statements and not self._open:
            raise UnreadableFileError(self._name, "a statement of it names no account: it is not a complete camt file.")
        for kind, codes in (("opening", _OPENING), ("closing", _CLOSING)):
            if found := next((self._balances[code] for code in codes if code in self._balances), None):
                yield Stated("opening" if kind == "opening" else "closing", found)
        yield from self._summary.controls(self._id)
        self._balances, self._summary = {}, Summary()
        self._open = False

    def _balance(self, node: Tree) -> Iterator[Part]:
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

    def _entry(self, node: Tree) -> Entry:
        amount, direction = node.first("Amt"), node.first("CdtDbtInd")
        booked, valued = _day(node, "BookgDt"), _day(node, "ValDt")
        reference = reference_in(node.first("AcctSvcrRef"))
        details, self._details = self._details, Details()
        other = "Dbtr" if direction == "CRDT" else "Cdtr"
        status = node.first("Sts/Cd", "Sts") or _BOOKED
        self._summary.count(direction, amount, booked=status == _BOOKED)
        cells = {
            "account": self._account,
            "currency": _currency(node) or self._currency,
            "booking_date": booked or valued or self._date,
            "value_date": valued,
            "amount": amount,
            "direction": direction,
            "status": status,
            "key": "" if (self._account, reference) in self._shared else reference,
            "reference": details.reference() or reference,
            "end_to_end_id": details.end_to_end_id,
            "batch": details.batch,
            "counterparty": details.name(other),
            "counterparty_account": details.account(other),
            "text": details.text(node.first("AddtlNtryInf")),
            "code": _code(node),
            "bank_reference": node.first("NtryRef"),
        }
        problem = None
        if not amount or not direction:
            problem = ("Amt" if not amount else "CdtDbtInd", "is missing")
        return Entry(node.line, self._span(node), cells, raw=self._source.beginning_of(node), problem=problem)

    def _span(self, node: Tree) -> int:
        """Lines that no entry before has counted: a file may well be a single line."""
        lines = max(0, node.end - max(node.line, self._last_line + 1) + 1)
        self._last_line = max(self._last_line, node.end)
        self._entry_lines += lines
        return lines


def _day(node: Tree, name: str) -> str:
    """The date as the bank wrote it: a zone behind it does not move it."""
    return node.first(f"{name}/Dt", f"{name}/DtTm")[:10]


def _currency(node: Tree) -> str:
    return node.first("Amt@Ccy")


def _code(node: Tree) -> str:
    codes = [node.first(f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "-".join(filter(None, codes)) or node.first("BkTxCd/Prtry/Cd")
