"""Which column is what in a table without usable header names: by content alone."""

import re
from collections.abc import Sequence
from itertools import permutations

from reconciliation.formats.cells.kinds import Kind
from reconciliation.formats.detection.chain import is_running_balance
from reconciliation.formats.detection.columns import SampledColumn
from reconciliation.formats.detection.marks import Marks
from reconciliation.formats.detection.roles import Roles
from reconciliation.formats.results import Question

_MOST = 0.8
_HALF = 0.5
_DECIMALS = re.compile(r"\d[.,]\d{1,3}\D*$|^\D*[.,]\d")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_LONG_NUMBER = 8


def name_by_content(columns: Sequence[SampledColumn]) -> Roles | None:
    """None when there is no column of dates or none of amounts."""
    roles = Roles()
    dates = [
        column
        for column in columns
        if column.share(Kind.DATE) >= _MOST and len(column.filled) >= _HALF * len(column.cells)
    ]
    if not dates or not _amounts(roles, columns):
        return None
    roles.give("booking_date", dates[0], "the first column of dates", 80, [date.shown for date in dates[1:]])
    if len(dates) > 1:
        roles.give("value_date", dates[1], "the second column of dates", 60)
    _currency(roles, columns)
    _texts(roles, columns)
    return roles


def _amounts(roles: Roles, columns: Sequence[SampledColumn]) -> bool:
    numbers = [
        column for column in columns if column.filled and column.share(Kind.NUMBER) >= _HALF and not _is_code(column)
    ]
    for amount, balance in permutations([column for column in numbers if looks_like_money(column)], 2):
        marks = Marks()
        marks.look((*amount.filled, *balance.filled))
        if is_running_balance(amount.cells, balance.cells, marks.decided or "."):
            roles.give("amount", amount, f"{balance.shown} is its running balance", 95)
            roles.give("balance", balance, f"it moves by the amounts of {amount.shown}", 95)
            return True
    if pair := next((pair for pair in permutations(numbers, 2) if _complement(*pair)), None):
        return _debit_and_credit(roles, *pair)
    ranked = sorted(numbers, key=lambda column: (-_likeness(column), column.position))
    if ranked:
        others = [column.shown for column in ranked[1:]]
        roles.give("amount", ranked[0], "its numbers look most like money", 70 if not others else 60, others)
    return bool(ranked)


def _debit_and_credit(roles: Roles, first: SampledColumn, second: SampledColumn) -> bool:
    because = "each line fills exactly one of these two columns"
    roles.give("credit", first, because, 50, (second.shown,))
    roles.give("debit", second, because, 50, (first.shown,))
    text = f"Which column holds the money going out: {first.shown} or {second.shown}?"
    roles.questions.append(Question(decision="fields.debit", text=text, choices=(second.shown, first.shown)))
    return True


def _complement(first: SampledColumn, second: SampledColumn) -> bool:
    pairs = list(zip(first.cells, second.cells, strict=True))
    return len(pairs) > 1 and all(bool(one.strip()) != bool(other.strip()) for one, other in pairs)


def _is_code(column: SampledColumn) -> bool:
    """Leading zeros and long runs of digits are names, not quantities."""
    plain = [cell for cell in column.filled if cell.isdigit()]
    return any((cell.startswith("0") and len(cell) > 1) or len(cell) >= _LONG_NUMBER for cell in plain)


def looks_like_money(column: SampledColumn) -> bool:
    return sum(bool(_DECIMALS.search(cell)) for cell in column.filled) >= _HALF * len(column.filled)


def _likeness(column: SampledColumn) -> int:
    signed = any(cell.startswith(("-", "(", "+")) or cell.endswith("-") for cell in column.filled)
    return (
        4 * looks_like_money(column)
        + 2 * signed
        + (len(column.filled) == len(column.cells))
        - 2 * (len(column.distinct) == 1 < len(column.cells))
    )


def _currency(roles: Roles, columns: Sequence[SampledColumn]) -> None:
    near = roles.columns.get("amount") or roles.columns["debit"]
    found = [column for column in columns if column.share(Kind.CURRENCY) >= _MOST]
    if found:
        closest = min(found, key=lambda column: (abs(column.position - near.position), column.position))
        roles.give(
            "currency",
            closest,
            "a column of currency codes",
            90,
            [other.shown for other in found if other is not closest],
        )


def _texts(roles: Roles, columns: Sequence[SampledColumn]) -> None:
    free = [column for column in columns if column.position not in roles.taken() and column.filled]
    accounts = [column for column in free if all(_IBAN.fullmatch(cell.replace(" ", "")) for cell in column.filled)]
    if accounts and len(accounts[0].filled) == len(accounts[0].cells):
        roles.give("account", accounts[0], "account numbers in every line", 70)
    words = [column for column in free if column.share(Kind.TEXT) >= _HALF and column not in accounts]
    if words:
        longest = max(words, key=lambda column: sum(map(len, column.filled)) / len(column.filled))
        roles.give(
            "text", longest, "the longest texts", 60, [column.shown for column in words if column is not longest]
        )
