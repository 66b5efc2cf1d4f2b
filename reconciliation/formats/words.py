"""Which fields a header may be the name of, by the words in `headers.toml`."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

_HEADERS = Path(__file__).with_name("headers.toml")
_SUBSTITUTES = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNWORDED = re.compile(r"[^\w+/]+|_")
NAMED = 50  # a header of several words that has one of a field's among them
_GENERIC = {
    "booking_date": re.compile(r"\b(?:date|datum|data|fecha|дата|dato|day)\b"),
    "amount": re.compile(r"\b(?:amount|betrag|umsatz|montant|importe|importo|bedrag|kwota|belopp|сумма|net)\b"),
    "currency": re.compile(r"\b(?:currency|ccy|wahrung|devise|moneda|divisa|валюта|waluta)\b"),
    "balance": re.compile(r"\b(?:balance|saldo|solde|kontostand|баланс)\b"),
    "reference": re.compile(r"\b(?:reference|referenz|referencia|riferimento|kenmerk)\b"),
    "account": re.compile(r"\b(?:account number|kontonummer|rekeningnummer|iban)\b"),
    "key": re.compile(r"\bid$"),
    "text": re.compile(r"\b(?:description|verwendungszweck|libelle|descripcion|descrizione|omschrijving|основание)\b"),
    "counterparty": re.compile(r"\b(?:counterparty|auftraggeber|begunstigter|tegenpartij|контрагент|merchant name)\b"),
}
_ELSEWHERE = re.compile(
    r"\b(?:original|foreign|instructed|fx|exchange|initial|final|start|end|due|birth|dob|expiry|from|to|begin|period"
    r"|counterparty account|counterparty iban|tegenrekening|gegenkonto|fremd|ursprung|tax|vat|fee|fees|commission"
    r"|rate)\b"
)


@lru_cache(maxsize=4096)
def normalised(header: str) -> str:
    """`Bedrag (EUR)` → `bedrag eur`, `ValutaDate` → `valuta date`, `created_utc` → `created utc`."""
    split = _CAMEL.sub(" ", header.strip().strip("'\""))
    plain = unicodedata.normalize("NFKD", split.casefold().translate(_SUBSTITUTES))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"\s*/\s*", "/", _UNWORDED.sub(" ", bare)).split())


@lru_cache(maxsize=4096)
def roles_of(header: str) -> dict[str, int]:
    """The fields that a header may be the name of, with how surely (0 to 100)."""
    name = normalised(header)
    found = dict(_phrases().get(name, {})) or dict(_phrases().get(_without_currency(name), {}))
    if found or not name or _ELSEWHERE.search(name):
        return found
    return {role: NAMED for role, pattern in _GENERIC.items() if pattern.search(name)}


def field_name(header: str) -> str:
    """The name under which a column that is no core field can be used: `Batch ID` → `batch_id`."""
    return re.sub(r"\W+", "_", normalised(header)).strip("_")


@cache
def _phrases() -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for role, graded in tomllib.loads(_HEADERS.read_text(encoding="utf-8")).items():
        for weight, phrases in graded.items():
            for phrase in phrases:
                table.setdefault(normalised(phrase), {}).setdefault(role, int(weight))
    return table


def _without_currency(name: str) -> str:
    return re.sub(r"\s(?:in )?[a-z]{3}$", "", name)
