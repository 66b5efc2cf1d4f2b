from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import absolute, every, floored, number, quotient, series, wide
from reconciliation.rules.rule import FULL_SCORE, Meeting, Rule
from reconciliation.rules.side import Side

_LOST_AT_THE_BOUND = 4_000


class AmountWithin(Rule, frozen=True):
    """The amounts differ by no more than a tolerance, its bound included."""

    weight: ClassVar[int] = 25
    blocks_by_meeting: ClassVar[bool] = True
    subject: ClassVar[str] = "Amounts"

    absolute: Annotated[Decimal | None, msgspec.Meta(title="At most", description="In the records' currency")] = None
    percent: Annotated[Decimal | None, msgspec.Meta(title="At most per cent")] = None
    base: Annotated[
        Literal["left", "right", "larger"], msgspec.Meta(title="Per cent of", description="Whose amount is 100 %")
    ] = "larger"

    def condition(self, left: Side, right: Side) -> Condition:
        return absolute(left.amount - right.amount) <= self._tolerance(left, right)

    def meeting(self, left: Side, right: Side) -> Meeting | None:
        """Stretches as wide as the absolute tolerance; a percentage alone blocks on nothing."""
        if self.absolute is None:
            return None
        width, other = left.minor_units(self.absolute), right.minor_units(self.absolute)
        width, other = (exp.Greatest(this=size, expressions=[number(1)]) for size in (width, other))
        return Meeting(
            every(floored(left.amount, width)),
            series(floored(right.amount - other, other), floored(right.amount + other, other)),
        )

    def measure(self, left: Side, right: Side) -> Condition:
        """How much of the tolerance is used, 0 to 10000."""
        used = absolute(left.amount - right.amount)
        share = quotient(wide(used) * number(FULL_SCORE), self._tolerance(left, right))
        return exp.Case().when(used.eq(0), number(0)).else_(exp.cast(share, exp.DType.BIGINT))

    def score(self, measured: Condition) -> Condition:
        return number(FULL_SCORE) - quotient(measured * number(_LOST_AT_THE_BOUND), number(FULL_SCORE))

    def in_words(self) -> str:
        of = {"left": "the left amount", "right": "the right amount", "larger": "the larger amount"}[self.base]
        limits = [] if self.absolute is None else [f"{self.absolute}"]
        limits += [] if self.percent is None else [f"{self.percent} % of {of}"]
        least = ", whichever is less" if len(limits) > 1 else ""
        return f"{self.subject} differ by at most {' or '.join(limits)}{least}"

    @property
    def wider(self) -> Decimal:
        return max(Decimal(1), 10 * (self.absolute or Decimal(0)))

    def relaxed(self) -> Rule:
        return AmountWithin(absolute=self.wider)

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del measured
        return f"amount differs by {abs(difference)}" if difference else None

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.absolute is None and self.percent is None:
            yield "absolute", "give a tolerance: absolute, percent or both"
        for name, value in (("absolute", self.absolute), ("percent", self.percent)):
            if value is not None and (not value.is_finite() or not 0 <= value < 10**9):
                yield name, "must be a number from 0 to a milliard"

    def _tolerance(self, left: Side, right: Side) -> Condition:
        limits: list[Condition] = []
        if self.absolute is not None:
            limits.append(left.minor_units(self.absolute))
        if self.percent is not None:
            limits.append(self._share(left, right, self.percent))
        return limits[0] if len(limits) == 1 else exp.Least(this=limits[0], expressions=limits[1:])

    def _share(self, left: Side, right: Side, percent: Decimal) -> Condition:
        sizes = {"left": absolute(left.amount), "right": absolute(right.amount)}
        larger = exp.Greatest(this=sizes["left"], expressions=[sizes["right"]])
        digits = max(0, -int(percent.as_tuple().exponent))
        parts = wide(sizes.get(self.base, larger)) * number(int(percent.scaleb(digits)))
        return quotient(parts, number(10 ** (digits + 2)))
