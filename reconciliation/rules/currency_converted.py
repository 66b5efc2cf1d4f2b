from collections import Counter
from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  a field of the rule is called date
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, NamedTuple

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.dates_within import DateField
from reconciliation.rules.expressions import absolute, concatenated, number, quotient, text, wide
from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side

RATES = "rates"
_MOST_DIGITS, _MOST_DECIMALS = 12, 9

Code = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one unit of a currency is worth in another on a day."""

    unit: Annotated[Code, msgspec.Meta(title="One", description="The right record's currency")]
    currency: Annotated[Code, msgspec.Meta(title="Is worth in", description="The left record's currency")]
    rate: Annotated[Decimal, msgspec.Meta(title="Rate")]
    date: Annotated[Date, msgspec.Meta(title="On")]

    def problem(self) -> str | None:
        if not self.rate.is_finite() or self.rate <= 0:
            return f"a rate is a number above zero, not {self.rate}"
        if len(self.rate.as_tuple().digits) > _MOST_DIGITS or -int(self.rate.as_tuple().exponent) > _MOST_DECIMALS:
            return f"{self.rate} has more than {_MOST_DIGITS} digits or {_MOST_DECIMALS} decimals"
        return "a currency needs no rate to itself" if self.unit == self.currency else None


class RateInForce(NamedTuple):
    """A rate and the days for which it is the newest."""

    rate: Rate
    first: Date
    last: Date


class CurrencyConverted(Rule, frozen=True):
    """The right amount counts in the left currency, at the rate of the left day or the last one before it."""

    weight: ClassVar[int] = 15

    rates: Annotated[tuple[Rate, ...], msgspec.Meta(title="Rates")]
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=200, title="Source of the rates")]
    date: DateField = "booking_date"
    oldest_rate_days: Annotated[int, msgspec.Meta(ge=0, le=366, title="A rate is good for days")] = 7

    def condition(self, left: Side, right: Side) -> Condition:
        day = left.days(self.date).first
        in_force = day.between(_of_rate("first_day"), _of_rate("last_day"))
        return exp.and_(right.column("currency").eq(_of_rate("unit")), in_force)

    def worth(self, right: Side) -> Condition:
        """The right amount in minor units of the left currency, halves rounded away from zero."""
        amount, by, over = right.column("amount"), _of_rate("by"), _of_rate("over")
        size = quotient(wide(absolute(amount)) * number(2) * wide(by) + wide(over), number(2) * wide(over))
        size = exp.cast(size, exp.DType.BIGINT)
        return exp.Case().when(amount < 0, exp.Neg(this=exp.paren(size))).else_(size)

    def in_force(self) -> Iterator[RateInForce]:
        """Each rate until the next one of the same currencies, but no longer than a rate is good for."""
        newest: dict[tuple[str, str], Date] = {}
        for rate in sorted(self.rates, key=lambda found: found.date, reverse=True):
            pair = (rate.unit, rate.currency)
            last = rate.date + timedelta(days=self.oldest_rate_days)
            yield RateInForce(rate, rate.date, min(last, newest.get(pair, Date.max) - timedelta(days=1)))
            newest[pair] = rate.date

    def sentence(self, measured: Condition) -> Condition:
        del measured
        rate, day = (exp.column(name, quoted=True) for name in ("rate", "rate_date"))
        return concatenated([text("Converted at "), rate, text(" of "), day, text(f", {self.source}")])

    def in_words(self) -> str:
        return f"Right amount converted at the rates of {self.source}, at most {self.oldest_rate_days} days old"

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.rates:
            yield "rates", "give at least one rate"
        for place, rate in enumerate(self.rates, 1):
            if found := rate.problem():
                yield f"rates, {place}", found
        given = Counter((rate.unit, rate.currency, rate.date) for rate in self.rates)
        for (unit, currency, day), times in given.items():
            if times > 1:
                yield "rates", f"{unit} has {times} rates in {currency} on {day}"


def _of_rate(name: str) -> Condition:
    return exp.column(name, table=RATES, quoted=True)
