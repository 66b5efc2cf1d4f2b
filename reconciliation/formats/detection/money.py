"""Which currency the amounts are in: a column, a header, a sign beside the amounts, a line before the table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciliation.formats.cells.amounts import AmountError, parse_amount
from reconciliation.formats.currencies import NO_CURRENCY, currency_of
from reconciliation.formats.detection.columns import SampledColumn
from reconciliation.formats.detection.roles import Roles
from reconciliation.formats.results import Evidence, Question
from reconciliation.formats.text.rows import Row
from reconciliation.formats.words import normalised

_MONEY = ("amount", "debit", "credit", "balance")
_HALF = 0.5
_EURO_WORDS = frozenset(
    [
        "montant",
        "libelle",
        "remarque",
        "solde",
        "importo",
        "entrate",
        "uscite",
        "descrizione",
        "importe",
        "fecha",
        "concepto",
        "bedrag",
        "omschrijving",
        "betrag",
        "buchungstag",
        "verwendungszweck",
        "selite",
        "maara",
        "montante",
        "descricao",
    ]
)


@dataclass(frozen=True, slots=True)
class CurrencyChoice:
    """`mixed`: the amounts name several currencies, so each line takes its own."""

    code: str
    evidence: Evidence
    question: Question | None = None
    mixed: bool = False


def choose_currency(
    columns: Sequence[SampledColumn], roles: Roles, around: Iterable[Row], *, decimal_mark: str, month_first: bool
) -> CurrencyChoice | None:
    """None when a column (or the absence of amounts) settles it."""
    if "currency" in roles.columns or not any(name in roles.columns for name in ("amount", "debit")):
        return None
    money = [roles.columns[name] for name in _MONEY if name in roles.columns]
    return (
        _from_headers(money)
        or _from_cells(money, decimal_mark)
        or _from_around(around)
        or _guess(columns, month_first=month_first)
        or _choice(NO_CURRENCY, "the file names none", 50)
    )


def _from_headers(money: Sequence[SampledColumn]) -> CurrencyChoice | None:
    for column in money:
        for word in re.findall(r"[A-Z]{3}\b|[€£$¥]", column.header):
            if code := currency_of(word):
                return _choice(code, f"the header {column.shown} names it", 97)
    return None


def _from_cells(money: Sequence[SampledColumn], decimal_mark: str) -> CurrencyChoice | None:
    cells = [cell for column in money for cell in column.filled]
    named = [code for cell in cells if (code := _named(cell, decimal_mark))]
    codes = set(named) if len(named) > _HALF * len(cells) else set()
    if len(codes) > 1:
        because = f"the amounts themselves name {', '.join(sorted(codes))}"
        return CurrencyChoice(NO_CURRENCY, _evidence("as each amount says", because, 90), mixed=True)
    return _choice(codes.pop(), "the amounts are written with its sign", 85) if codes else None


def _named(cell: str, decimal_mark: str) -> str | None:
    try:
        return parse_amount(cell, decimal_mark).currency
    except AmountError:
        return None


def _from_around(around: Iterable[Row]) -> CurrencyChoice | None:
    codes = {
        code
        for row in around
        for cell in row.filled
        if (word := re.fullmatch(r"(?:.*[:\s])?([A-Z]{3})", cell.strip(" :")))
        and _stands_alone(cell, word[1])
        and (code := currency_of(word[1]))
    }
    return _choice(codes.pop(), "a line before the table names it", 85) if len(codes) == 1 else None


def _stands_alone(cell: str, word: str) -> bool:
    return cell.strip(" :") == word or bool(re.search(rf":\s*{word}$", cell.strip()))


def _guess(columns: Sequence[SampledColumn], *, month_first: bool) -> CurrencyChoice | None:
    words = {word for column in columns for word in normalised(column.header).split()}
    if words & _EURO_WORDS:
        return _asked("EUR", "its headers are in a language of the euro area")
    return _asked("USD", "its dates have the month first") if month_first and words else None


def _asked(code: str, because: str) -> CurrencyChoice:
    text = f"The file names no currency; {because}, so {code} is proposed. Which currency is it?"
    evidence = _evidence(code, f"the file names none; {because}", 50)
    return CurrencyChoice(code, evidence, Question(decision="currency", text=text, choices=(code, NO_CURRENCY)))


def _choice(code: str, because: str, confidence: int) -> CurrencyChoice:
    return CurrencyChoice(code, _evidence(code, because, confidence))


def _evidence(choice: str, because: str, confidence: int) -> Evidence:
    return Evidence(decision="currency", choice=choice, because=because, confidence=confidence)
