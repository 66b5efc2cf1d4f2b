"""Currency codes, their decimals, and the signs and names people write for them."""

from functools import cache

from iso4217 import Currency

NO_CURRENCY = "XXX"  # ISO 4217's own code for "no currency": the file states none
_USUAL_EXPONENT = 2
_HISTORIC = {
    code: (0 if code in {"ITL", "ESP", "PTE", "BEF", "LUF", "GRD", "TRL", "ROL", "BYR"} else _USUAL_EXPONENT)
    for code in [
        "ATS",
        "BEF",
        "BGN",
        "BYR",
        "CSK",
        "CYP",
        "DEM",
        "EEK",
        "ESP",
        "FIM",
        "FRF",
        "GHC",
        "GRD",
        "HRK",
        "IEP",
        "ITL",
        "LTL",
        "LUF",
        "LVL",
        "MTL",
        "MXP",
        "NLG",
        "PLZ",
        "PTE",
        "ROL",
        "RUR",
        "SDD",
        "SIT",
        "SKK",
        "SRG",
        "TRL",
        "UAK",
        "VEB",
        "VEF",
        "YUM",
        "ZMK",
        "ZWD",
    ]
}
SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₩": "KRW",
    "₪": "ILS",
    "₫": "VND",
    "₱": "PHP",
    "฿": "THB",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "r$": "BRL",
    "c$": "CAD",
    "ca$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "s$": "SGD",
    "hk$": "HKD",
    "nz$": "NZD",
    "fr.": "CHF",
    "sfr.": "CHF",
    "лв": "BGN",
    "\u0440\u0443\u0431": "RUB",  # the Russian abbreviation of rouble
    "\u0440\u0443\u0431.": "RUB",
    "euro": "EUR",
    "euros": "EUR",
}


@cache
def exponents() -> dict[str, int]:
    """Every code that a record may carry, with the number of its decimals."""
    active = {str(currency.code): int(currency.exponent or 0) for currency in Currency}
    return {**_HISTORIC, **active, NO_CURRENCY: _USUAL_EXPONENT}


def is_currency(text: str) -> bool:
    return text.upper() in exponents() and text.upper() != NO_CURRENCY


def currency_of(text: str) -> str | None:
    """The code that a cell or a sign stands for: `eur`, `EUR`, `€`, `US$`."""
    cleaned = text.strip().strip("'")
    if is_currency(cleaned):
        return cleaned.upper()
    return SYMBOLS.get(cleaned.casefold()) or SYMBOLS.get(cleaned)
