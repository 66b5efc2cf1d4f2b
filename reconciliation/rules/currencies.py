"""Expressions that depend on a currency's scale."""

from collections.abc import Callable, Mapping

from sqlglot import exp
from sqlglot.expressions import Condition

_MINOR_DIGITS = 2


def usual_scale(scales: Mapping[str, int]) -> int:
    """The scale of most currencies; of equally many the larger."""
    known = list(scales.values())
    return max(set(known), key=lambda scale: (known.count(scale), scale), default=_MINOR_DIGITS)


def per_scale(currency: Condition, scales: Mapping[str, int], build: Callable[[int], Condition]) -> Condition:
    """What `build` makes of the scale of the row's currency; without a case where all are alike."""
    usual = usual_scale(scales)
    others = sorted((name, scale) for name, scale in scales.items() if scale != usual)
    if not others:
        return build(usual)
    cases = exp.Case()
    for name, scale in others:
        cases = cases.when(currency.eq(name), build(scale), copy=False)
    return cases.else_(build(usual), copy=False)
