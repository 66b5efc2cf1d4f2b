from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.money import MAX_SCALE, InexactAmountError, rescale, to_decimal, to_integer

amounts = st.integers(-(2**63), 2**63 - 1)
scales = st.integers(0, MAX_SCALE)


@given(amount=amounts, scale=scales)
def test_an_amount_survives_the_door(amount: int, scale: int) -> None:
    """Out as a decimal and back in: the same integer, however large."""
    assert amount == to_integer(to_decimal(amount, scale), scale)


@given(amount=amounts, scale=scales, more=scales)
def test_a_finer_scale_is_the_same_money(amount: int, scale: int, more: int) -> None:
    """Rescaling changes the integer, never the amount."""
    assert to_decimal(amount, scale) == to_decimal(rescale(amount, scale, scale + more), scale + more)


def test_nothing_is_rounded_away() -> None:
    """An amount with more decimals than the scale holds is refused."""
    with pytest.raises(InexactAmountError, match=r"1\.005 has more than 2 decimals"):
        to_integer(Decimal("1.005"), 2)
