"""Lines that are no records: what each of them is, so that none goes missing."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.formats.cells.amounts import AmountError, parse_amount
from reconciliation.formats.cells.dates import DateError, parse_date
from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.currencies import currency_of
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.phrases import balance_kind, is_total
from reconciliation.formats.results import Category
from reconciliation.money import to_decimal

_FEW = 2


@dataclass(frozen=True, slots=True)
class OddLine:
    """`footer` is only what a line may be: it is one when no record follows it."""

    category: Category
    amount: Decimal | None = None
    currency: str = ""
    balance: str | None = None
    date: dt.date | None = None


def classify(cells: tuple[str, ...], mapping: Mapping) -> OddLine:
    """For a line that is no valid record; `rejected` when it is nothing else either."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return OddLine("blank")
    if mapping.headers and [cell.strip() for cell in cells] == list(mapping.headers):
        return OddLine("header")
    words = [cell for cell in filled if kind_of(cell) is Kind.TEXT]
    label = words[0] if words else ""
    amount = row_amount(cells, mapping)
    currency = _currency(cells, mapping)
    if is_total(label) and len(words) <= _FEW:
        return OddLine("total", amount, currency)
    if kind := balance_kind(label):
        return OddLine("balance", amount, currency, kind, _date(cells, mapping))
    values = [cell for cell in filled if kind_of(cell) in (Kind.DATE, Kind.NUMBER)]
    return OddLine("footer" if not values and len(filled) <= _FEW else "rejected", amount, currency)


def row_amount(cells: tuple[str, ...], mapping: Mapping) -> Decimal | None:
    """The amount of a line by its mapped columns, else its first number that is no date."""
    if mapping.sign.convention == "columns":
        debit, credit = (_at(cells, mapping, name) for name in ("debit", "credit"))
        if debit is not None or credit is not None:
            out = debit or Decimal()
            return (credit or Decimal()) + (out if mapping.sign.negative_debits else -out)
    amount = _at(cells, mapping, "amount")
    if amount is not None:
        return -amount if mapping.sign.convention == "inverted" else amount
    numbers = (_number(cell, mapping) for cell in cells if kind_of(cell) is Kind.NUMBER)
    return next((number for number in numbers if number is not None), None)


def _at(cells: tuple[str, ...], mapping: Mapping, name: str) -> Decimal | None:
    position = mapping.position(name)
    return None if position is None or position >= len(cells) else _number(cells[position], mapping)


def _number(cell: str, mapping: Mapping) -> Decimal | None:
    try:
        amount = parse_amount(cell, mapping.decimal_mark)
    except AmountError:
        return None
    return to_decimal(amount.integer, amount.decimals)


def _currency(cells: tuple[str, ...], mapping: Mapping) -> str:
    position = mapping.position("currency")
    found = currency_of(cells[position]) if position is not None and position < len(cells) else None
    return found or mapping.currency


def _date(cells: tuple[str, ...], mapping: Mapping) -> dt.date | None:
    for cell in cells:
        if kind_of(cell) is Kind.DATE:
            try:
                return parse_date(cell, mapping.date_order).day
            except DateError:
                continue
    return None
