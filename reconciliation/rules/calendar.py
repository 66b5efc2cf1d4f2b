"""Which days a project works on."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the rules, whose fields are called date
from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import floored, number

_WEEK, _WORKED = 7, 5
# 1970-01-01 was a Thursday: so many days later a week of five worked days and two others begins.
_FIRST_WORKED_DAY = {"saturday_sunday": 4, "friday_saturday": 3}
_EPOCH = Date(1970, 1, 1)


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Business days: neither the weekend nor a holiday. Another day counts as the business day that follows it."""

    holidays: Annotated[tuple[Date, ...], msgspec.Meta(title="Holidays")] = ()
    weekend: Annotated[Literal["saturday_sunday", "friday_saturday"], msgspec.Meta(title="Weekend")] = "saturday_sunday"

    def problems(self) -> Iterator[tuple[str, str]]:
        if len(set(self.holidays)) < len(self.holidays):
            yield "holidays", "a day is named twice"

    def business_day(self, day: Condition) -> Condition:
        """Business days from the first week of 1970 until before the day, from days since 1970."""
        since = exp.paren(day - number(self._first_worked_day))
        weeks = floored(since, number(_WEEK))
        in_week = exp.Least(this=exp.paren(since - exp.paren(weeks) * number(_WEEK)), expressions=[number(_WORKED)])
        return exp.paren(weeks) * number(_WORKED) + in_week - self._holidays_before(day)

    def in_words(self) -> str:
        weekend = " and ".join(name.capitalize() for name in self.weekend.split("_"))
        return f"Business days: all but {weekend}, and {len(self.holidays)} holidays."

    @property
    def _first_worked_day(self) -> int:
        return _FIRST_WORKED_DAY[self.weekend]

    def _holidays_before(self, day: Condition) -> Condition:
        """How many holidays on worked weekdays have passed; the newest are asked first."""
        worked = sorted(found for found in set(self.holidays) if self._is_weekday(found))
        cases = exp.Case()
        for count, holiday in reversed(list(enumerate(worked, 1))):
            cases = cases.when(day > number((holiday - _EPOCH).days), number(count), copy=False)
        return exp.paren(cases.else_(number(0), copy=False)) if worked else number(0)

    def _is_weekday(self, day: Date) -> bool:
        return (day - _EPOCH - timedelta(days=self._first_worked_day)).days % _WEEK < _WORKED
