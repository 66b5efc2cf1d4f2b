"""What the file says the account stood at, held against its own lines."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.cells.amount_columns import AmountColumn, Integers
from reconciliation.formats.detection.chain import AFTER_NEWEST, BEFORE_NEWEST, BEFORE_OLDEST, broken_links
from reconciliation.formats.results import Balance, plain
from reconciliation.money import MAX_SCALE, to_decimal

_HALF = 0.5
_LEAST = 2
_MOST_DIGITS = 10**18


class RunningBalance:
    """The running-balance column of the records, collected block by block."""

    def __init__(self) -> None:
        self._parts: list[tuple[Integers, Integers, np.ndarray[tuple[int], np.dtype[np.bool_]]]] = []

    def add(self, column: AmountColumn, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        bad = column.blank.copy()
        bad[list(column.problems)] = True
        self._parts.append((column.integer[keep], column.decimals[keep], ~bad[keep]))

    def check(self, records: pa.Table) -> tuple[list[str], list[tuple[str, Balance]]]:
        """What does not add up, and where it does the balances before the first and after the last line."""
        if not self._parts or not records.num_rows:
            return [], []
        integer, decimals, good = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        warnings, balances = [], []
        if len(integer) != records.num_rows:
            return ["The running balance was not checked: some lines had to be repaired first."], []
        for account, currency, rows in _ledgers(records):
            amount, balance, scale = _aligned(records, rows, integer, decimals)
            known = np.flatnonzero(good[rows])
            warning, found = _follow(amount, balance, known, scale, records["line"].to_numpy()[rows], account)
            warnings += [warning] if warning else []
            balances += [(kind, Balance(amount=value, currency=currency, derived=True)) for kind, value in found]
        return warnings, balances


def _ledgers(records: pa.Table) -> Iterable[tuple[str, str, Integers]]:
    """Row numbers by account and currency, in file order."""
    keys = [records["account"].combine_chunks().fill_null(""), records["currency"].combine_chunks()]
    encoded = [pc.dictionary_encode(key) for key in keys]
    codes = [part.indices.to_numpy(zero_copy_only=False).astype(np.int64) for part in encoded]
    joined = codes[0] * len(encoded[1].dictionary) + codes[1]
    for code in np.unique(joined):
        account, currency = divmod(int(code), len(encoded[1].dictionary))
        yield encoded[0].dictionary[account].as_py(), encoded[1].dictionary[currency].as_py(), np.flatnonzero(joined == code)


def _aligned(records: pa.Table, rows: Integers, integer: Integers, decimals: Integers) -> tuple[Integers, Integers, int]:
    """Amounts and balances at one scale, so that integers compare."""
    amounts, scales = records["amount"].to_numpy()[rows], records["scale"].to_numpy()[rows].astype(np.int64)
    scale = int(max(scales.max(initial=0), decimals[rows].max(initial=0)))
    powers = np.array([10**power for power in range(MAX_SCALE + 1)], dtype=object)
    if max(np.abs(amounts).max(initial=0), np.abs(integer[rows]).max(initial=0)) * 10**scale < _MOST_DIGITS:
        powers = powers.astype(np.int64)
    return amounts * powers[scale - scales], integer[rows] * powers[scale - decimals[rows]], scale


def _follow(
    amount: Integers, balance: Integers, known: Integers, scale: int, lines: Integers, account: str
) -> tuple[str | None, list[tuple[str, Decimal]]]:
    """One line alone does not tell whether its balance is that before or after it."""
    if len(known) < _LEAST:
        return None, []
    links = broken_links(amount, balance, known)
    name = min(links, key=lambda link: len(links[link]))
    broken = links[name]
    if not len(broken):
        whole = known[0] == 0 and known[-1] == len(amount) - 1
        return None, _ends(name, amount, balance, scale) if whole else []
    where = f" of account {account}" if account else ""
    if len(broken) > _HALF * len(known):
        return f"The running balance{where} does not follow from the amounts.", []
    shown = f"{len(broken)} of {len(amount)} lines, first on line {lines[broken[0]]}"
    return f"The running balance{where} does not add up on {shown}.", []


def _ends(link: str, amount: Integers, balance: Integers, scale: int) -> list[tuple[str, Decimal]]:
    first, last = (-1, 0) if link in (AFTER_NEWEST, BEFORE_NEWEST) else (0, -1)
    before = link in (BEFORE_OLDEST, BEFORE_NEWEST)
    opening = balance[first] if before else balance[first] - amount[first]
    closing = balance[last] + amount[last] if before else balance[last]
    return [("opening", to_decimal(int(opening), scale)), ("closing", to_decimal(int(closing), scale))]


def statement_warnings(opening: Sequence[Balance], closing: Sequence[Balance], moved: dict[str, Decimal]) -> list[str]:
    """Opening balance + lines = closing balance, where the file states both for a currency."""
    found = []
    for currency in sorted({balance.currency for balance in opening} & {balance.currency for balance in closing}):
        first = [balance.amount for balance in opening if balance.currency == currency and not balance.derived]
        last = [balance.amount for balance in closing if balance.currency == currency and not balance.derived]
        lines = moved.get(currency, Decimal())
        if len(first) == len(last) == 1 and first[0] + lines != last[0]:
            missing = last[0] - first[0] - lines
            found.append(
                f"The balances do not add up: {plain(first[0])} at the start and lines of {plain(lines)} make "
                f"{plain(first[0] + lines)}, but the file says {plain(last[0])} {currency} (difference {plain(missing)})."
            )
    return found
