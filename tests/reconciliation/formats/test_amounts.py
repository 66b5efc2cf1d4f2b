"""Amounts as people write them."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.formats.cells.amount_columns import amount_column
from reconciliation.formats.cells.amounts import Amount, AmountError, parse_amount, settle
from reconciliation.money import to_decimal


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("(1,00)", ",", "-1.00"),
        ("123.45-", ".", "-123.45"),
        ("-$7,971.39", ".", "-7971.39"),
        ("$-5.00", ".", "-5.00"),
        ("12.50 CR", ".", "12.50"),
        ("12.50DR", ".", "-12.50"),
        ("1\u00a0234,56", ",", "1234.56"),
        ("2\u202f000\u202f000,00", ",", "2000000.00"),
        ("1'234.50", ".", "1234.50"),
        ("1\u2019234.50", ".", "1234.50"),
        ("'12,5", ",", "12.5"),
        (".46", ".", "0.46"),
        ("-.46", ".", "-0.46"),
        ("+31070,11", ",", "31070.11"),
        ("\u22125", ".", "-5"),
        ("12,34,567.00", ".", "1234567.00"),
        ("Fr. 12.50", ".", "12.50"),
    ],
)
def test_reads_what_people_write(text: str, mark: str, value: str) -> None:
    """Signs in front or behind, parentheses, currency signs and every usual thousands mark are understood."""
    amount = parse_amount(text, mark)

    assert to_decimal(amount.integer, amount.decimals) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "Infinity", "1e308", "12..34", "12,34.5", "1.2.3", "-(5)", "5-5", "--5", "(5", "abc", "5 %", "1 23"],
)
def test_refuses_what_is_no_amount(text: str) -> None:
    """What cannot be read for sure has a reason instead of a value."""
    with pytest.raises(AmountError, match=r"is no amount|does not fit|is empty|more than one sign"):
        parse_amount(text, ".")


def test_keeps_the_currency_that_the_cell_names() -> None:
    """A sign or a code beside the number is kept."""
    assert parse_amount("5 EUR", ".").currency == "EUR"
    assert parse_amount("£5", ".").currency == "GBP"


def test_one_value_has_one_form() -> None:
    """At least the currency's decimals, and no idle zeros beyond: equal values are equal integers at equal scales."""
    assert settle(Amount(5, 0), 2) == settle(Amount(500000, 5), 2) == (500, 2)
    assert settle(Amount(10005, 3), 2) == (10005, 3)


def test_refuses_what_no_integer_holds() -> None:
    """Amounts out of any range are a problem of their line, not an overflow."""
    with pytest.raises(AmountError, match="out of any range"):
        settle(Amount(10**19, 0), 2)
    with pytest.raises(AmountError, match="more than 18 decimals"):
        settle(Amount(1, 19), 2)


_NUMBERS = st.text("0123456789.,-+() '\u00a0$", min_size=1, max_size=12)


def test_what_is_too_large_is_so_in_its_currency() -> None:
    """Sixteen digits before the mark fit with two decimals, and not with four."""
    column = amount_column(pa.array(["1234567890123456.78"] * 2, pa.string()), ".")

    assert column.settled(np.array([2, 4]))[2].tolist() == [False, True]


@given(st.lists(_NUMBERS | st.decimals(-(10**9), 10**9, places=2).map(str), min_size=1), st.sampled_from([".", ","]))
def test_a_column_is_read_like_its_cells(cells: list[str], mark: str) -> None:
    """The fast way over whole columns and the careful one over single cells give the same answers."""
    column = amount_column(pa.array(cells, pa.string()), mark)
    integers, scales, too_large = column.settled(np.full(len(cells), 2))

    for index, cell in enumerate(cells):
        expected = _settled(cell, mark)
        unread = index in column.problems or column.blank[index] or too_large[index]
        assert (None if unread else (integers[index], scales[index])) == expected


def _settled(cell: str, mark: str) -> tuple[int, int] | None:
    try:
        return settle(parse_amount(cell, mark), 2)
    except AmountError:
        return None
