"""Lines that are no records: what each of them is, so that none goes missing."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.currencies import currency_of
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.phrases import balance_kind, is_total
from reconciliation.formats.reading.units import amount_of
from reconciliation.formats.results import Category

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
    inverted = (mapping.sign.convention == "inverted") != mapping.derivation.inverts
    if mapping.sign.convention == "columns":
        debit, credit = (_at(cells, mapping, name) for name in ("debit", "credit"))
        if debit is not None or credit is not None:
            out = debit or Decimal()
            moved = (credit or Decimal()) + (out if mapping.sign.negative_debits else -out)
            return -moved if inverted else moved
    amount = _at(cells, mapping, "amount")
    if amount is not None:
        return -amount if inverted else amount
    currency = _currency(cells, mapping)
    numbers = (amount_of(cell, mapping, currency) for cell in cells if kind_of(cell) is Kind.NUMBER)
    return next((number for number in numbers if number is not None), None)


def _at(cells: tuple[str, ...], mapping: Mapping, name: str) -> Decimal | None:
    position = mapping.position(name)
    if position is None or position >= len(cells):
        return None
    return amount_of(cells[position], mapping, _currency(cells, mapping))


def _currency(cells: tuple[str, ...], mapping: Mapping) -> str:
    position = mapping.position("currency")
    found = currency_of(cells[position]) if position is not None and position < len(cells) else None
    return found or mapping.currency


def _date(cells: tuple[str, ...], mapping: Mapping) -> dt.date | None:
    days = (day_of(cell, mapping.date_order) for cell in cells if kind_of(cell) is Kind.DATE)
    return next((day for day in days if day), None)
