"""One amount as people write it, read exactly: an integer and its decimals, never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from reconciliation.formats.currencies import currency_of
from reconciliation.money import MAX_SCALE, to_decimal

MAX_INTEGER = 2**63 - 1
_MAX_DIGITS, _LONGEST = 40, 80
_CACHED = 1 << 16
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\u2002\u2003\t"), " ")
_MINUSES = dict.fromkeys(map(ord, "\u2212\u2013\u2012"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u02bc\u00b4"), "'")
_LOOKALIKES = _BLANKS | _MINUSES | _APOSTROPHES
_ABBREVIATED = r"(?i:fr|sfr|rs|kr|\u0440\u0443\u0431)\."
_PARTS = re.compile(
    rf"(?P<before>(?:[^\d.,]*{_ABBREVIATED})?[^\d.,]*?)(?P<number>[.,]?\d(?:[\d.,' ]*[\d.,])?)"
    rf"(?P<after>\s*(?:{_ABBREVIATED}|[^\d.,]*))",
)
_TOKENS = re.compile(r"[-+()]|[^\s\-+()]+")
_DEBITS = frozenset({"dr", "d", "s", "db", "debit"})
_CREDITS = frozenset({"cr", "c", "h", "credit"})


class AmountError(ValueError):
    """The cell holds no amount that can be read for sure; the text is the reason shown."""


@dataclass(frozen=True, slots=True)
class Amount:
    """`integer` times 10 to the power of minus `decimals`; `currency` when the cell names one."""

    integer: int
    decimals: int
    currency: str | None = None


@lru_cache(maxsize=_CACHED)
def parse_amount(text: str, decimal_mark: str) -> Amount:
    """Raises `AmountError`. Thousands marks must stand where thousands marks belong: `12,34.5` is no amount."""
    written = text.translate(_LOOKALIKES).strip().removeprefix("'").strip()
    if not written:
        raise AmountError("is empty")
    parts = _PARTS.fullmatch(written) if len(written) <= _LONGEST else None
    if parts is None:
        raise AmountError(f"{_shown(text)} is no amount")
    tokens = _TOKENS.findall(parts["before"]) + _TOKENS.findall(parts["after"])
    negative, currency = _surroundings(tokens, text)
    digits, decimals = _number(parts["number"], decimal_mark, text)
    return Amount(-digits if negative else digits, decimals, currency)


def decimal_of(text: str, decimal_mark: str) -> Decimal | None:
    """The value of a cell, or None where it is no amount."""
    try:
        amount = parse_amount(text, decimal_mark)
    except AmountError:
        return None
    return to_decimal(amount.integer, amount.decimals)


def settle(amount: Amount, exponent: int) -> tuple[int, int]:
    """The one (integer, scale) that stands for this value: at least the currency's decimals, no idle zeros beyond."""
    integer, scale = amount.integer, amount.decimals
    while scale > exponent and integer % 10 == 0:
        integer //= 10
        scale -= 1
    if scale > MAX_SCALE:
        raise AmountError(f"has more than {MAX_SCALE} decimals")
    if scale < exponent:
        integer *= 10 ** (exponent - scale)
        scale = exponent
    if abs(integer) > MAX_INTEGER:
        raise AmountError("is out of any range")
    return integer, scale


def _surroundings(tokens: list[str], text: str) -> tuple[bool, str | None]:
    negatives, positives, currency = 0, 0, None
    if tokens.count("(") != tokens.count(")"):
        raise AmountError(f"{_shown(text)} is no amount")
    for part in tokens:
        word = part.casefold().rstrip(".")
        if part in "-(" or word in _DEBITS:
            negatives += 1
        elif part == "+" or word in _CREDITS:
            positives += 1
        elif part != ")":
            currency = currency_of(part)
            if currency is None:
                raise AmountError(f"{_shown(text)} is no amount")
    if negatives + positives > 1:
        raise AmountError(f"{_shown(text)} has more than one sign")
    return bool(negatives), currency


def _number(number: str, decimal_mark: str, text: str) -> tuple[int, int]:
    whole, mark, fraction = number.partition(decimal_mark)
    if mark and not fraction.isdecimal() and fraction:
        raise AmountError(f"{_shown(text)} does not fit the decimal mark {decimal_mark!r}")
    if whole and not whole.isdecimal() and not _grouped(decimal_mark).fullmatch(whole):
        raise AmountError(f"{_shown(text)} does not fit the decimal mark {decimal_mark!r}")
    digits = re.sub(r"\D", "", whole) + fraction
    if len(digits) > _MAX_DIGITS:
        raise AmountError("is out of any range")
    return int(digits), len(fraction)


@lru_cache(maxsize=2)
def _grouped(decimal_mark: str) -> re.Pattern[str]:
    other = re.escape("," if decimal_mark == "." else ".")
    indian = r"|\d{1,2}(?:,\d{2})+,\d{3}" if decimal_mark == "." else ""
    return re.compile(rf"\d{{1,3}}(?P<mark>[ '{other}])\d{{3}}(?:(?P=mark)\d{{3}})*{indian}")


def _shown(text: str) -> str:
    limit = 40
    return repr(text if len(text) <= limit else f"{text[:limit]}…")
