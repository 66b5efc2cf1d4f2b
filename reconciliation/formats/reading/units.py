"""Amounts in the unit that the mapping says they are written in."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from reconciliation.formats.arrow import Integers
from reconciliation.formats.cells.amount_columns import AmountColumn
from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.currencies import exponents
from reconciliation.formats.mapping import Mapping
from reconciliation.money import to_decimal


def in_units(column: AmountColumn, mapping: Mapping, of_currency: Integers) -> AmountColumn:
    """`of_currency` are the decimals of each row's currency."""
    for step in mapping.derivation.money:
        if (more := step.more_decimals(of_currency)) is not None:
            column = replace(column, decimals=column.decimals + more)
    return column


def amount_of(text: str, mapping: Mapping, currency: str) -> Decimal | None:
    """A single cell as the columns are read; None when it is no amount."""
    amount = decimal_of(text, mapping.decimal_mark)
    if amount is None:
        return None
    of_currency = np.array([exponents()[currency]], dtype=np.int64)
    for step in mapping.derivation.money:
        if (more := step.more_decimals(of_currency)) is not None:
            amount *= to_decimal(1, int(more[0]))
    return amount
