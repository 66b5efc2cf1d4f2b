"""Looks at both sides together: which fields' values meet, how often, and what the pairs they make look like."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Condition, Select

from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.loading import Reader
from reconciliation.engine.sources import Source, open_sources, scales_of
from reconciliation.rules import Side
from reconciliation.rules.expressions import number, text
from reconciliation.rules.key import column_name

SAMPLE = 20_000
_NOT_KEYS = frozenset({"currency", "value_date", "occurred_at", "amount", "scale"})


@dataclass(frozen=True)
class Meet:
    """Two fields and how their values meet, each value within its currency."""

    left: str
    right: str
    values: int
    left_share: float
    right_share: float
    left_rows: float
    right_rows: float
    with_digits: float


class Profile:
    """Both sides loaded with all their fields, and questions about them."""

    def __init__(self, database: Database, left: SideInput, right: SideInput) -> None:
        self.database = database
        self.sources = {"left": open_sources(database, "left", left), "right": open_sources(database, "right", right)}
        self.scales = scales_of(database, (*self.sources["left"], *self.sources["right"]), (left.used, right.used))
        self.fields = {side: tuple(_fields(sources)) for side, sources in self.sources.items()}
        self.rows: dict[str, int] = {}
        reader = Reader(database, self.scales)
        for side, given in (("left", left), ("right", right)):
            asked = Side(side[0])
            for name in self.fields[side]:
                asked.text(name)
            for name in ("text", "reference"):
                asked.text(name, "tokens")
            asked.days("booking_date")
            asked.instants()
            self.rows[side] = reader.load(f"{side}_open", self.sources[side], given, asked)

    def have(self, left: str, right: str) -> bool:
        """Whether both sides fill these fields."""
        return all(
            any(name in source.columns and name not in source.empty for source in self.sources[side])
            for side, name in (("left", left), ("right", right))
        )

    def has_amounts(self) -> bool:
        return self.have("amount", "amount")

    def number_and_name(self) -> tuple[str | None, str | None]:
        """A field of both sides that holds numbers, and one that holds words: most values differ in both."""
        common = [
            name for name in self.fields["left"] if name in self.fields["right"] and name not in ("key", "account")
        ]
        shares = {name: self._digits(name) for name in common}
        numbers = [name for name in common if shares[name] >= 7]  # noqa: PLR2004
        words = [name for name in ("counterparty", "name", "text", *common) if shares.get(name, 9) < 1]
        return next(iter(numbers), None), next(iter(words), None)

    def _digits(self, field: str) -> float:
        """How many digits a value of the left side has on average."""
        digits = exp.RegexpReplace(
            this=column(column_name(field, "exact")),
            expression=text("[^0-9]"),
            replacement=text(""),
            modifiers=text("g"),
        )
        value = self.database.rows(chosen([exp.Avg(this=exp.Length(this=digits))], "left_open"))[0][0]
        return float(str(value or 0))

    def sample(self, side: str) -> str:
        every = number(max(1, self.rows[side] // SAMPLE))
        sample = f"{side}_sample"
        self.database.keep(sample, exp.select("*").from_(f"{side}_open").where((column("unit") % every).eq(0)))
        return sample

    def meets(self) -> list[Meet]:
        """Every pair of fields of which some values meet, the most frequent first."""
        there = self._seen_from("left", "right")
        back = self._seen_from("right", "left")
        found = [
            Meet(left, right, values, share, back[right, left][1], back[right, left][2], rows, digits)
            for (left, right), (values, share, rows, digits) in there.items()
            if (right, left) in back
        ]
        return sorted(found, key=lambda meet: (-meet.values, meet.left, meet.right))

    def _seen_from(self, side: str, other: str) -> dict[tuple[str, str], tuple[int, float, float, float]]:
        """Per pair of fields: values met, their share, rows of the other side per value, share with digits."""
        sample = self.sample(side)
        parts: list[Select] = []
        for field in self.fields[side]:
            value = column(column_name(field, "exact"))
            part = chosen([named(text(field), "field"), column("currency"), named(value, "value")], sample)
            parts.append(part.where(value.is_(exp.null()).not_()).distinct())
        if not parts:
            return {}
        self.database.keep("seen", union_all(parts))
        counted = chosen([column("field"), exp.Count(this=exp.Star())], "seen").group_by(column("field"))
        known = {str(field): int(str(count)) for field, count in self.database.rows(counted)}
        found: dict[tuple[str, str], tuple[int, float, float, float]] = {}
        for field in self.fields[other]:
            for mine, values, rows, digits in self.database.rows(_meeting(other, field)):
                met = int(str(values))
                found[str(mine), field] = (met, met / known[str(mine)], int(str(rows)) / met, int(str(digits)) / met)
        return found


def _meeting(other: str, field: str) -> Select:
    value = column(column_name(field, "exact"), "o")
    per_value = exp.select(column("field", "seen"), value.as_("value"), named(exp.Count(this=exp.Star()), "rows"))
    per_value = per_value.from_("seen").join(
        exp.to_table(f"{other}_open").as_("o"),
        on=exp.and_(column("value", "seen").eq(value), column("currency", "seen").eq(column("currency", "o"))),
    )
    per_value = per_value.group_by(column("field", "seen"), column("currency", "seen"), value)
    digits = exp.RegexpLike(this=column("value"), expression=text("[0-9]"))
    totals = [column("field"), exp.Count(this=exp.Star()), exp.Sum(this=column("rows")), count_if(digits)]
    return exp.select(*totals).from_(per_value.subquery("met")).group_by(column("field"))


def _fields(sources: tuple[Source, ...]) -> Iterator[str]:
    names = sorted({name for source in sources for name in (*source.content, "key")} - _NOT_KEYS)
    for name in names:
        if any(name in source.columns and name not in source.empty for source in sources):
            yield name


def count_if(condition: Condition) -> Condition:
    return exp.Sum(this=exp.Case().when(condition, number(1)).else_(number(0)))
