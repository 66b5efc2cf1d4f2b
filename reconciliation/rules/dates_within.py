from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import (
    absolute,
    concatenated,
    every,
    floored,
    number,
    plural,
    quotient,
    series,
    text,
)
from reconciliation.rules.rule import FULL_SCORE, Meeting, Rule
from reconciliation.rules.side import Side, Span

DateField = Annotated[Literal["booking_date", "value_date"], msgspec.Meta(title="Which date")]
Days = Annotated[int, msgspec.Meta(ge=0, le=3660)]

_LOST_AT_THE_BOUND = 3_000
_SHORT_WINDOW = 8


class DatesWithin(Rule, frozen=True):
    """The right date is at most so many days before or after the left one."""

    weight: ClassVar[int] = 15

    before: Annotated[Days, msgspec.Meta(title="Days before")] = 0
    after: Annotated[Days, msgspec.Meta(title="Days after")] = 3
    left: DateField = "booking_date"
    right: DateField = "booking_date"
    days: Annotated[
        Literal["calendar", "business"],
        msgspec.Meta(title="Days", description="business: without weekends and the rule set's holidays"),
    ] = "calendar"

    def condition(self, left: Side, right: Side) -> Condition:
        first, second = self._spans(left, right)
        earliest = (second.first - first.last) >= number(-self.before)
        return exp.and_(earliest, (second.last - first.first) <= number(self.after))

    def meeting(self, left: Side, right: Side) -> Meeting:
        """Single days in a short window; in a long one stretches as wide as the window."""
        width = 1 if self.before + self.after < _SHORT_WINDOW else self.before + self.after + 1
        day, other = (span.first for span in self._spans(left, right))
        return Meeting(
            every(floored(day, number(width))),
            series(
                floored(other - number(self.after), number(width)), floored(other + number(self.before), number(width))
            ),
        )

    def measure(self, left: Side, right: Side) -> Condition:
        """Days from the left to the right date, of a group the largest."""
        first, second = self._spans(left, right)
        latest = exp.paren(second.last - first.first)
        if not (left.grouped or right.grouped):
            return latest
        earliest = exp.paren(second.first - first.last)
        return exp.Case().when(absolute(latest) >= absolute(earliest), latest).else_(earliest)

    def score(self, measured: Condition) -> Condition:
        widest = max(self.before, self.after, 1)
        return number(FULL_SCORE) - quotient(absolute(measured) * number(_LOST_AT_THE_BOUND), number(widest))

    def sentence(self, measured: Condition) -> Condition:
        days = plural(absolute(measured), self._day)
        return (
            exp.Case()
            .when(measured.eq(0), text("Same date"))
            .when(measured > 0, concatenated([text("Right "), days, text(" later")]))
            .else_(concatenated([text("Right "), days, text(" earlier")]))
        )

    def in_words(self) -> str:
        names = {"booking_date": "booking date", "value_date": "value date"}
        window = f"{self.before} {self._day}s before to {self.after} {self._day}s after"
        return f"Right {names[self.right]} {window} the left {names[self.left]}"

    def relaxed(self) -> Rule:
        return msgspec.structs.replace(self, before=self.before + 30, after=self.after + 30)

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del difference
        if -self.before <= measured <= self.after:
            return None
        return f"would match at {measured:+d} {self._day}{'' if abs(measured) == 1 else 's'}"

    @property
    def _day(self) -> str:
        return "business day" if self.days == "business" else "day"

    def _spans(self, left: Side, right: Side) -> tuple[Span, Span]:
        if self.days == "business":
            return left.business_days(self.left), right.business_days(self.right)
        return left.days(self.left), right.days(self.right)
