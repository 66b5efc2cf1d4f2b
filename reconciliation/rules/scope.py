"""Which open records a pass looks at."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the rules, whose fields are called date
from typing import Annotated

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import number, text
from reconciliation.rules.key import FieldName
from reconciliation.rules.side import Side, days_since_1970

Code = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Value = Annotated[str, msgspec.Meta(max_length=200)]


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Records whose field is one of some values, or with `but_not` is none of them."""

    field: FieldName
    values: Annotated[tuple[Value, ...], msgspec.Meta(min_length=1)]
    but_not: bool = False

    def condition(self, side: Side) -> Condition:
        """Never null: a record without the field has none of the values."""
        value = side.text(self.field)
        named = exp.In(this=value, expressions=[text(one.strip()) for one in self.values])
        found = exp.Case().when(value.is_(exp.null()), exp.false()).else_(named)
        return exp.not_(found) if self.but_not else found

    def in_words(self) -> str:
        return f"{self.field} is {'not ' if self.but_not else ''}{' or '.join(self.values)}"


class Scope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Currencies, booking dates (both days belong to it) and values of fields; `source` is a field as well."""

    currencies: Annotated[tuple[Code, ...], msgspec.Meta(title="Currencies")] = ()
    from_date: Annotated[Date | None, msgspec.Meta(title="Booked from")] = None
    to_date: Annotated[Date | None, msgspec.Meta(title="Booked until")] = None
    left: Annotated[tuple[Filter, ...], msgspec.Meta(title="Left filters")] = ()
    right: Annotated[tuple[Filter, ...], msgspec.Meta(title="Right filters")] = ()

    def conditions(self, side: Side, of: str) -> list[Condition]:
        """What records of the left or right side fulfil; asking makes the side carry what it needs."""
        found: list[Condition] = []
        if self.currencies:
            codes = [text(code) for code in self.currencies]
            found.append(exp.In(this=side.column("currency"), expressions=codes))
        if self.from_date is not None:
            found.append(side.days("booking_date").first >= number(days_since_1970(self.from_date)))
        if self.to_date is not None:
            found.append(side.days("booking_date").first <= number(days_since_1970(self.to_date)))
        return [*found, *(one.condition(side) for one in (self.left if of == "left" else self.right))]

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.from_date is not None and self.to_date is not None and self.to_date < self.from_date:
            yield "to_date", "is before from_date"

    def in_words(self) -> list[str]:
        said = [f"only {', '.join(self.currencies)}"] if self.currencies else []
        said += [f"booked from {self.from_date}"] if self.from_date is not None else []
        said += [f"booked until {self.to_date}"] if self.to_date is not None else []
        said += [f"left {one.in_words()}" for one in self.left]
        return [*said, *(f"right {one.in_words()}" for one in self.right)]
