from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.dates_within import Days
from reconciliation.rules.expressions import absolute, concatenated, number, plural, quotient, text
from reconciliation.rules.rule import FULL_SCORE, Rule
from reconciliation.rules.side import Side

_HOUR = 3_600_000_000
_LOST_AT_THE_BOUND = 3_000


class InstantsWithin(Rule, frozen=True):
    """Both times are at most so many hours apart; where one side has only a date, so many days."""

    weight: ClassVar[int] = 15

    hours: Annotated[Decimal, msgspec.Meta(title="Hours apart")] = Decimal(1)
    days_before: Annotated[Days, msgspec.Meta(title="Days before, without a time")] = 0
    days_after: Annotated[Days, msgspec.Meta(title="Days after, without a time")] = 1

    def condition(self, left: Side, right: Side) -> Condition:
        first, second = left.instants(), right.instants()
        near = exp.and_(
            (second.last - first.first) <= number(self._limit),
            (first.last - second.first) <= number(self._limit),
        )
        day, other = left.days("booking_date"), right.days("booking_date")
        by_day = exp.and_(
            (other.first - day.last) >= number(-self.days_before), (other.last - day.first) <= number(self.days_after)
        )
        return exp.Case().when(self._dated_only(left, right), by_day).else_(near)

    def measure(self, left: Side, right: Side) -> Condition:
        """Minutes apart, or -1 where a time is missing."""
        gap = exp.Greatest(
            this=absolute(right.instants().last - left.instants().first),
            expressions=[absolute(right.instants().first - left.instants().last)],
        )
        return exp.Case().when(self._dated_only(left, right), number(-1)).else_(quotient(gap, number(60_000_000)))

    def score(self, measured: Condition) -> Condition:
        widest = max(self._limit // 60_000_000, 1)
        return number(FULL_SCORE) - quotient(absolute(measured) * number(_LOST_AT_THE_BOUND), number(widest))

    def sentence(self, measured: Condition) -> Condition:
        return (
            exp.Case()
            .when(measured < 0, text("Days agree; a time is missing"))
            .when(measured.eq(0), text("Same time"))
            .else_(concatenated([plural(measured, "minute"), text(" apart")]))
        )

    def in_words(self) -> str:
        return f"Times at most {self.hours} hours apart"

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.hours.is_finite() or not 0 <= self.hours <= 24 * 366:
            yield "hours", "must be a number from 0 to 8784"

    @property
    def _limit(self) -> int:
        return int(self.hours * _HOUR)

    @staticmethod
    def _dated_only(left: Side, right: Side) -> Condition:
        return exp.or_(left.instants().first.is_(exp.null()), right.instants().first.is_(exp.null()))
