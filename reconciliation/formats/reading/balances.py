"""What the file says the account stood at, held against its own lines."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from reconciliation.formats.arrow import Flags, Integers, encode
from reconciliation.formats.cells.amount_columns import AmountColumn
from reconciliation.formats.cells.amounts import MAX_INTEGER
from reconciliation.formats.detection.chain import AFTER_NEWEST, BEFORE_NEWEST, BEFORE_OLDEST, broken_links
from reconciliation.formats.reading.kept import Kept
from reconciliation.formats.results import Balance, plain
from reconciliation.money import MAX_SCALE, to_decimal

_HALF = 0.5
_LEAST = 2


class RunningBalance:
    """The running-balance column of the records, collected block by block."""

    def __init__(self) -> None:
        self._parts: list[tuple[Integers, Integers, Flags]] = []

    def add(self, column: AmountColumn, keep: Flags) -> None:
        bad = column.blank.copy()
        bad[list(column.problems)] = True
        self._parts.append((column.integer[keep], column.decimals[keep], ~bad[keep]))

    def check(self, kept: Kept) -> tuple[list[str], list[tuple[str, Balance]]]:
        """What does not add up, and where it does the balances before the first and after the last line."""
        columns = kept.parts("account", "currency", "line", "amount", "scale") if self._parts else ()
        if not (parts := list(columns)):
            return [], []
        records = pa.concat_tables(parts)
        integer, decimals, good = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        warnings: list[str] = []
        balances: list[tuple[str, Balance]] = []
        for account, currency, rows in _ledgers(records):
            ledger = _aligned(records, rows, integer, decimals)
            known = np.flatnonzero(good[rows])
            if len(known) < _LEAST:
                continue  # one line alone does not tell whether its balance is that before or after it
            links = broken_links(ledger.amounts, ledger.balances, known)
            link = min(links, key=lambda name: len(links[name]))
            if len(links[link]):
                warnings.append(_warning(links[link], len(known), records["line"].to_numpy()[rows], account))
            elif known[0] == 0 and known[-1] == len(rows) - 1:
                balances += [
                    (kind, Balance(amount=value, currency=currency, derived=True))
                    for kind, value in _ends(link, ledger)
                ]
        return warnings, balances


class _Ledger(NamedTuple):
    """The amounts and running balances of one account, at one scale."""

    amounts: Integers
    balances: Integers
    scale: int


def _ledgers(records: pa.Table) -> Iterable[tuple[str, str, Integers]]:
    """Row numbers by account and currency, in file order."""
    accounts = encode(records["account"].combine_chunks().fill_null(""))
    currencies = encode(records["currency"].combine_chunks())
    joined = accounts.places * len(currencies.values) + currencies.places
    for code in np.unique(joined):
        account, currency = divmod(int(code), len(currencies.values))
        yield accounts.values[account], currencies.values[currency], np.flatnonzero(joined == code)


def _aligned(records: pa.Table, rows: Integers, integer: Integers, decimals: Integers) -> _Ledger:
    amounts, scales = records["amount"].to_numpy()[rows], records["scale"].to_numpy()[rows].astype(np.int64)
    scale = int(max(scales.max(initial=0), decimals[rows].max(initial=0)))
    powers = np.array([10**power for power in range(MAX_SCALE + 1)], dtype=object)
    largest = max(int(np.abs(amounts).max(initial=0)), int(np.abs(integer[rows]).max(initial=0)))
    if largest * 10**scale * len(rows) < MAX_INTEGER:
        powers = powers.astype(np.int64)
    return _Ledger(amounts * powers[scale - scales], integer[rows] * powers[scale - decimals[rows]], scale)


def _warning(broken: Integers, known: int, lines: Integers, account: str) -> str:
    where = f" of account {account}" if account else ""
    if len(broken) > _HALF * known:
        return f"The running balance{where} does not follow from the amounts."
    shown = f"{len(broken)} of {len(lines)} lines, first on line {lines[broken[0]]}"
    return f"The running balance{where} does not add up on {shown}."


def _ends(link: str, ledger: _Ledger) -> list[tuple[str, Decimal]]:
    first, last = (-1, 0) if link in (AFTER_NEWEST, BEFORE_NEWEST) else (0, -1)
    opening, closing = ledger.balances[first], ledger.balances[last]
    if link in (BEFORE_OLDEST, BEFORE_NEWEST):
        closing += ledger.amounts[last]
    else:
        opening -= ledger.amounts[first]
    return [("opening", to_decimal(int(opening), ledger.scale)), ("closing", to_decimal(int(closing), ledger.scale))]


def statement_warnings(opening: Sequence[Balance], closing: Sequence[Balance], moved: dict[str, Decimal]) -> list[str]:
    """Opening balance + lines = closing balance, where the file states both for a currency."""
    found = []
    for currency in sorted({balance.currency for balance in opening} & {balance.currency for balance in closing}):
        first = [balance.amount for balance in opening if balance.currency == currency and not balance.derived]
        last = [balance.amount for balance in closing if balance.currency == currency and not balance.derived]
        lines = moved.get(currency, Decimal())
        if len(first) == len(last) == 1 and first[0] + lines != last[0]:
            made = first[0] + lines
            found.append(
                f"The balances do not add up: {plain(first[0])} at the start and lines of {plain(lines)} make "
                f"{plain(made)}, but the file says {plain(last[0])} {currency} (difference {plain(last[0] - made)})."
            )
    return found
