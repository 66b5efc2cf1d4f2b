"""A block of cells as typed columns: what the mapping says, for every row at once."""

from dataclasses import dataclass

import numpy as np

from reconciliation.formats.arrow import Flags, Integers, Texts, encode, spread, texts, trimmed
from reconciliation.formats.cells.amount_columns import AmountColumn, amount_column
from reconciliation.formats.cells.date_columns import DateColumn, date_column
from reconciliation.formats.currencies import NO_CURRENCY, currency_of, exponents
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.odd_lines import OddLine
from reconciliation.formats.reading.problems import Problems, cell_problems, column_name
from reconciliation.formats.reading.units import in_units
from reconciliation.formats.table import Block
from reconciliation.formats.words import normalised
from reconciliation.money import MAX_SCALE, to_decimal


@dataclass(slots=True)
class Typed:
    """Column by column, as long as the block; rows in `problems` hold nothing of use, `pending` ones are not booked."""

    amount: Integers | None
    scale: Integers
    currency: Texts
    dates: dict[str, DateColumn]
    balance: AmountColumn | None
    pending: Flags
    problems: Problems
    blank_amount: Flags
    unread_amount: frozenset[int]

    def refused(self, index: int) -> OddLine | None:
        """A row with a date and something for an amount wanted to be a record, whatever its words are."""
        dates = self.dates.get("booking_date")
        if dates is None or not dates.days[index].is_valid or self.amount is None or self.blank_amount[index]:
            return None
        if index in self.unread_amount:
            return OddLine("rejected")
        amount = to_decimal(int(self.amount[index]), int(self.scale[index]))
        return OddLine("rejected", amount, self.currency[index].as_py() or NO_CURRENCY)


def typed(block: Block, mapping: Mapping, problems: Problems) -> Typed:
    """`problems` are those that are known of the rows already."""
    cell_problems(block, mapping, problems)
    dates = _dates(block, mapping, problems)
    column = _amounts(block, mapping, problems)
    currency = _currencies(block, mapping, column, problems)
    scale = np.zeros(block.rows, dtype=np.int64)
    amount = None
    if column is not None:
        exponents = _exponents(currency)
        amount, scale, too_large = in_units(column, mapping, exponents).settled(exponents)
        problems.tell_where("amount", too_large, "is out of any range")
        problems.tell_where("amount", scale > MAX_SCALE, f"has more than {MAX_SCALE} decimals")
        amount = _signed(block, mapping, amount, problems)
        for step in mapping.derivation.money:
            amount = step.directed(amount)
    return Typed(
        amount=amount,
        scale=scale,
        currency=currency,
        dates=dates,
        balance=_balance(block, mapping, currency),
        pending=_pending(block, mapping),
        problems=problems,
        blank_amount=column.blank if column else np.ones(block.rows, dtype=np.bool_),
        unread_amount=frozenset(column.problems) if column else frozenset(),
    )


def _dates(block: Block, mapping: Mapping, problems: Problems) -> dict[str, DateColumn]:
    found = {}
    for name in ("booking_date", "value_date", "occurred_at"):
        if (source := mapping.fields.get(name)) is None:
            continue
        column = date_column(block.columns[source.column], source.order or mapping.date_order, source.zone)
        problems.tell_all(column_name(mapping, source.column), column.problems)
        if name == "booking_date":
            problems.tell_where(column_name(mapping, source.column), column.blank, "is empty")
        found[name] = column
    return found


def _amounts(block: Block, mapping: Mapping, problems: Problems) -> AmountColumn | None:
    if mapping.sign.convention == "columns":
        return _debits_and_credits(block, mapping, problems)
    position = mapping.position("amount")
    return None if position is None else _amount_at(block, mapping, position, problems, required=True)


def _amount_at(
    block: Block, mapping: Mapping, position: int, problems: Problems, *, required: bool = False
) -> AmountColumn:
    column = amount_column(block.columns[position], mapping.decimal_mark, block.numbers_of(position))
    problems.tell_all(column_name(mapping, position), column.problems)
    if required:
        problems.tell_where(column_name(mapping, position), column.blank, "is empty")
    return column


def _debits_and_credits(block: Block, mapping: Mapping, problems: Problems) -> AmountColumn:
    places = mapping.fields["debit"].column, mapping.fields["credit"].column
    debit, credit = (_amount_at(block, mapping, place, problems) for place in places)
    name = f"{column_name(mapping, places[0])} / {column_name(mapping, places[1])}"
    problems.tell_where(name, debit.blank & credit.blank, "is empty")
    problems.tell_where(name, (debit.integer != 0) & (credit.integer != 0), "has both a debit and a credit")
    out = debit.integer if mapping.sign.negative_debits else -debit.integer
    use_credit = (credit.integer != 0) | debit.blank
    return AmountColumn(
        integer=np.where(use_credit, credit.integer, out),
        decimals=np.where(use_credit, credit.decimals, debit.decimals),
        blank=debit.blank & credit.blank,
        problems=debit.problems | credit.problems,
        currencies=debit.currencies | credit.currencies,
    )


def _signed(block: Block, mapping: Mapping, amount: Integers, problems: Problems) -> Integers:
    if mapping.sign.convention == "inverted":
        return -amount
    position = mapping.position("indicator")
    if mapping.sign.convention != "indicator" or position is None:
        return amount
    ways = {word.strip().casefold(): -1 for word in mapping.sign.debit}
    ways |= {word.strip().casefold(): 1 for word in mapping.sign.credit}
    words, places = encode(block.columns[position])
    way = np.array([ways.get(word.strip().casefold(), 0) for word in words], dtype=np.int64)[places]
    problems.tell_where(column_name(mapping, position), way == 0, "says neither debit nor credit")
    problems.tell_where(column_name(mapping, position), amount < 0, "gives the sign, but the amount has one of its own")
    return amount * way


def _currencies(block: Block, mapping: Mapping, amounts: AmountColumn | None, problems: Problems) -> Texts:
    named = amounts.currencies if amounts else {}
    position = mapping.position("currency")
    if position is None:
        codes = texts([mapping.currency] * block.rows)
        name = "currency"
    elif position in (mapping.position("amount"), mapping.position("debit")):
        name = column_name(mapping, position)
        missing = np.array([index not in named for index in range(block.rows)], dtype=np.bool_)
        problems.tell_where(name, missing, "names no currency")
        return texts([named.get(index, NO_CURRENCY) for index in range(block.rows)])
    else:
        name = column_name(mapping, position)
        codes = _codes(block.columns[position], name, problems)
    for index, code in named.items():
        stated = codes[index].as_py()
        if stated != code:
            problems.tell(index, name, f"is {stated}, but the amount names {code}")
    return codes


def _codes(cells: Texts, name: str, problems: Problems) -> Texts:
    written, places = encode(trimmed(cells))
    codes = [currency_of(text) for text in written]
    unknown = np.array([code is None for code in codes], dtype=np.bool_)
    for index in np.flatnonzero(unknown[places]):
        text = written[places[index]]
        problems.tell(int(index), name, f"{text!r} is no currency" if text else "is empty")
    stated: Texts = spread(texts([code or NO_CURRENCY for code in codes]), places)
    return stated


def _exponents(currency: Texts) -> Integers:
    codes, places = encode(currency)
    known = exponents()
    return np.array([known[code] for code in codes], dtype=np.int64)[places]


def _balance(block: Block, mapping: Mapping, currency: Texts) -> AmountColumn | None:
    position = mapping.position("balance")
    if position is None:
        return None
    column = amount_column(block.columns[position], mapping.decimal_mark, block.numbers_of(position))
    return in_units(column, mapping, _exponents(currency))


def _pending(block: Block, mapping: Mapping) -> Flags:
    position = mapping.position("status")
    if position is None or not mapping.pending:
        return np.zeros(block.rows, dtype=np.bool_)
    words = {normalised(word) for word in mapping.pending}
    written, places = encode(block.columns[position])
    return np.array([normalised(text) in words for text in written], dtype=np.bool_)[places]
