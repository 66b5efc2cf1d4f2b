"""What a plus and a minus mean: signed, inverted, a column of words, or columns of debits and credits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reconciliation.formats.cells.amounts import AmountError, parse_amount
from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.detection.columns import SampledColumn
from reconciliation.formats.detection.roles import Roles
from reconciliation.formats.mapping import Sign
from reconciliation.formats.results import Evidence, Question
from reconciliation.formats.words import normalised

_DEBIT_WORDS = frozenset(
    [
        "af",
        "d",
        "dr",
        "db",
        "dbit",
        "debit",
        "debet",
        "soll",
        "s",
        "out",
        "withdrawal",
        "debito",
        "dare",
        "cargo",
        "debe",
        "belastung",
        "lastschrift",
        "uit",
        "debite",
        "расход",
        "списание",
        "-",
        "obciazenie",
        "wyplata",
        "minus",
        "sent",
        "paid",
        "outgoing",
        "dbt",
    ]
)
_CREDIT_WORDS = frozenset(
    [
        "bij",
        "c",
        "cr",
        "k",
        "crdt",
        "credit",
        "haben",
        "h",
        "in",
        "deposit",
        "credito",
        "avere",
        "abono",
        "haber",
        "gutschrift",
        "приход",
        "зачисление",
        "+",
        "uznanie",
        "wplata",
        "plus",
        "received",
        "incoming",
        "kredit",
        "crd",
    ]
)
_CARD = re.compile(r"\b(?:card|karte|kaart|carte|tarjeta|carta|merchant)\b")
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class SignChoice:
    sign: Sign
    evidence: Evidence
    question: Question | None = None


def choose_sign(columns: Sequence[SampledColumn], roles: Roles, decimal_mark: str) -> SignChoice | None:
    """None for a table without amounts."""
    if "debit" in roles.columns:
        return _by_columns(roles, decimal_mark)
    if "amount" not in roles.columns:
        return None
    directions = [_direction(cell, decimal_mark) for cell in roles.columns["amount"].cells]
    indicator = _indicator(columns, roles)
    if indicator is not None:
        found = _by_indicator(indicator, directions)
        if found is not None:
            if found.sign.convention == "indicator":
                roles.columns["indicator"] = indicator
            return found
    if _is_card(columns, roles, directions):
        return _inverted()
    because = "negative amounts are written with a sign" if -1 in directions else "nothing in the file says otherwise"
    return _signed(because, 90 if -1 in directions else 60)


def _by_columns(roles: Roles, decimal_mark: str) -> SignChoice:
    debits = {_direction(cell, decimal_mark) for cell in roles.columns["debit"].cells} - {0}
    evidence = Evidence(
        decision="sign",
        choice="columns",
        because="debits and credits have a column each; debits are written with "
        + ("their minus" if debits == {-1} else "both signs" if len(debits) > 1 else "no sign"),
        confidence=95 if len(debits) <= 1 else 50,
    )
    question = None
    if len(debits) > 1:
        text = (
            f"The debits of {roles.columns['debit'].shown} have both signs: is a negative one money out or a reversal?"
        )
        question = Question(decision="sign", text=text, choices=("columns", "signed"))
    return SignChoice(Sign(convention="columns", negative_debits=debits == {-1}), evidence, question)


def _indicator(columns: Sequence[SampledColumn], roles: Roles) -> SampledColumn | None:
    free = [column for column in columns if column.position not in roles.taken() and column.filled]
    fitting = [
        column for column in free if all(_word(cell) in _DEBIT_WORDS | _CREDIT_WORDS for cell in column.distinct)
    ]
    named = [column for column in fitting if column.roles.get("indicator") or len(column.distinct) > 1]
    return min(named, key=lambda column: (-column.roles.get("indicator", 0), column.position), default=None)


def _by_indicator(column: SampledColumn, directions: Sequence[int]) -> SignChoice | None:
    words = [_word(cell) for cell in column.cells]
    debit = tuple(sorted({cell for cell in column.distinct if _word(cell) in _DEBIT_WORDS}))
    credit = tuple(sorted({cell for cell in column.distinct if _word(cell) in _CREDIT_WORDS}))
    sign = Sign(convention="indicator", debit=debit, credit=credit)
    if -1 not in directions:
        because = f"{column.shown} holds words for money out and in, and no amount has a sign of its own"
        return SignChoice(sign, Evidence(decision="sign", choice="indicator", because=because, confidence=97))
    pairs = [(word in _DEBIT_WORDS, way) for word, way in zip(words, directions, strict=True) if way]
    if all(is_debit == (way < 0) for is_debit, way in pairs):
        return _signed(f"the signs agree with the words in {column.shown}", 98)
    text = (
        f"Some amounts are negative and {column.shown} says debit or credit as well: which of the two gives the sign?"
    )
    evidence = Evidence(
        decision="sign", choice="signed", because="the amounts have signs", confidence=40, alternatives=("indicator",)
    )
    return SignChoice(Sign(), evidence, Question(decision="sign", text=text, choices=("signed", "inverted")))


def _is_card(columns: Sequence[SampledColumn], roles: Roles, directions: Sequence[int]) -> bool:
    """A card statement counts what was spent: mostly positive, and no balance to hold it against."""
    hints = {match[0] for column in columns for match in _CARD.finditer(normalised(column.header))}
    spent = sum(way > 0 for way in directions)
    told = bool(hints - {"merchant"}) and bool(directions)
    return told and "balance" not in roles.columns and spent >= _MOST * len(directions)


def _inverted() -> SignChoice:
    because = "a card statement whose amounts are mostly positive: what was spent is money out"
    text = "This looks like a card statement that writes what was spent without a sign. Are positive amounts money out?"
    return SignChoice(
        Sign(convention="inverted"),
        Evidence(decision="sign", choice="inverted", because=because, confidence=70, alternatives=("signed",)),
        Question(decision="sign", text=text, choices=("inverted", "signed")),
    )


def _signed(because: str, confidence: int) -> SignChoice:
    return SignChoice(Sign(), Evidence(decision="sign", choice="signed", because=because, confidence=confidence))


def _word(cell: str) -> str:
    return cell.strip() if cell.strip() in ("+", "-") else normalised(cell)


def _direction(cell: str, decimal_mark: str) -> int:
    try:
        amount = parse_amount(cell, "." if isinstance(cell, NumberCell) else decimal_mark).integer
    except AmountError:
        return 0
    return (amount > 0) - (amount < 0)
