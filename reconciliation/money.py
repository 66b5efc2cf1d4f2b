"""Money is an integer and a scale inside, a `Decimal` at every door; nothing here rounds.

An amount of 12345 at scale 2 is 123.45.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact

MAX_SCALE = 18
_EXACT = Context(prec=60, traps=[Inexact])


class InexactAmountError(ValueError):
    """The amount has more decimals than the scale can hold."""


def to_decimal(amount: int, scale: int) -> Decimal:
    return Decimal(amount).scaleb(-scale, _EXACT)


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts of any scales; Python's own would round it to 28 digits."""
    total = Decimal(0)
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total


def to_integer(amount: Decimal, scale: int) -> int:
    """The amount as a whole number of units of 10 to the power of minus `scale`."""
    shifted = amount.scaleb(scale, _EXACT)
    if shifted != shifted.to_integral_value():
        message = f"{amount} has more than {scale} decimals"
        raise InexactAmountError(message)
    return int(shifted)


def rescale(amount: int, scale: int, wanted: int) -> int:
    """The same money at another scale; going to a coarser one must lose nothing."""
    return to_integer(to_decimal(amount, scale), wanted)
