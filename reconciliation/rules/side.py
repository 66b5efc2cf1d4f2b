"""One side of a pair, as rules see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.calendar import Calendar
from reconciliation.rules.currencies import per_scale
from reconciliation.rules.expressions import number
from reconciliation.rules.key import Form, column_name

DATE_FIELDS = ("booking_date", "value_date")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Need:
    """A text field in a form that a rule asked for."""

    field: str
    form: Form
    separator: str = "-"

    @property
    def column(self) -> str:
        return column_name(self.field, self.form, self.separator)


@dataclass(frozen=True)
class Span:
    """First and last of a group's values; both the same expression for a single record."""

    first: Condition
    last: Condition


class Side:
    """Gives rules the columns of one side and remembers which they asked for, so that only those are prepared.

    A side of a group pass is *grouped*: its amount is the sum, its dates span from the first to the last line.
    """

    def __init__(
        self,
        alias: str,
        *,
        grouped: bool = False,
        scales: Mapping[str, int] | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        self.alias = alias
        self.grouped = grouped
        self.scales = dict(scales or {})
        self.texts: dict[str, Need] = {}
        self.dates: dict[str, Calendar | None] = {}
        self.worth: Condition | None = None
        self.calendar = calendar

    @property
    def name(self) -> str:
        return {"l": "left", "r": "right"}.get(self.alias, self.alias)

    def column(self, name: str) -> Condition:
        return exp.column(name, table=self.alias, quoted=True)

    def text(self, field: str, form: Form = "exact", separator: str = "-") -> Condition:
        need = Need(field, form, separator)
        self.texts[need.column] = need
        return self.column(need.column)

    def want(self, other: "Side") -> None:
        """Takes over what another side was asked for."""
        self.texts |= other.texts
        self.dates |= other.dates

    @property
    def amount(self) -> Condition:
        """In minor units of the currency's scale in this run, after the signs were aligned.

        Across currencies the right side's is its worth in the left currency.
        """
        return self.column("amount") if self.worth is None else self.worth

    def days(self, field: str) -> Span:
        """Whole days since 1970."""
        return self._span(field)

    def business_days(self, field: str) -> Span:
        """Business days of the project's calendar."""
        return self._span(f"{field} business", self.calendar or Calendar())

    def instants(self) -> Span:
        """Microseconds since 1970, null where the record carries no time."""
        return self._span("occurred_at")

    def minor_units(self, value: Decimal) -> Condition:
        """An amount of money in minor units, whatever the record's currency; fractions of a unit are cut off."""
        return per_scale(self.column("currency"), self.scales, lambda scale: number(_shifted(value, scale)))

    def _span(self, field: str, calendar: Calendar | None = None) -> Span:
        self.dates[field] = calendar
        first = self.column(f"{field} first")
        return Span(first, self.column(f"{field} last") if self.grouped else first)


def _shifted(value: Decimal, scale: int) -> int:
    return int(value.scaleb(scale).to_integral_value(ROUND_FLOOR))


def days_since_1970(day: date) -> int:
    return (day - _EPOCH).days
