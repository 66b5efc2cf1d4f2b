"""Small expressions that several rules need; built, never formatted, and the same on every engine."""

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.expressions import Condition, Expr


def number(value: int) -> Condition:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def text(value: str) -> Condition:
    return exp.Literal.string(value)


def absolute(value: Condition) -> Condition:
    return exp.Abs(this=value)


def wide(value: Condition) -> Condition:
    """128 bits, for a product that may leave 64."""
    return exp.cast(value, exp.DType.INT128)


def quotient(dividend: Condition, divisor: Condition) -> Condition:
    """Whole division of what is not negative."""
    return exp.IntDiv(this=exp.paren(dividend), expression=exp.paren(divisor))


def floored(dividend: Condition, divisor: Condition) -> Condition:
    """Whole division towards minus infinity; engines disagree about negative operands, so none is left."""
    remainder = ((dividend % divisor) + divisor) % divisor
    return quotient(dividend - remainder, divisor)


def every(value: Condition) -> Condition:
    return exp.Array(expressions=[value])


def series(first: Condition, last: Condition) -> Condition:
    return exp.GenerateSeries(start=first, end=last, step=number(1))


def concatenated(parts: Iterable[Expr]) -> Condition:
    return exp.Concat(expressions=[exp.cast(part, exp.DType.VARCHAR) for part in parts], safe=False, coalesce=False)


def plural(count: Condition, noun: str) -> Condition:
    """'1 day', '2 days'."""
    ending = exp.Case().when(count.eq(1), text(f" {noun}")).else_(text(f" {noun}s"))
    return concatenated([count, ending])
