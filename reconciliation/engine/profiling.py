"""Looks at both sides together: which fields' values meet, how often, and what the pairs they make look like."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.loading import Reader, Source, open_sources, scales_of
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


@dataclass(frozen=True)
class Pairs:
    """What pairs of records with the same key look like."""

    count: int
    equal: int
    opposite: int
    before: int
    after: int
    difference: int


class Profile:
    """Both sides loaded with all their fields, and questions about them."""

    def __init__(self, database: Database, left: SideInput, right: SideInput) -> None:
        self.database = database
        self.sources = {"left": open_sources(database, "left", left), "right": open_sources(database, "right", right)}
        self.scales = scales_of(database, (*self.sources["left"], *self.sources["right"]))
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
            self.rows[side] = reader.load(f"{side}_open", self.sources[side], given.taken, asked)

    @property
    def usual_scale(self) -> int:
        scales = list(self.scales.values())
        return max(set(scales), key=lambda scale: (scales.count(scale), scale), default=2)

    def have(self, left: str, right: str) -> bool:
        """Whether both sides fill these fields."""
        return all(
            any(name in source.columns and name not in source.empty for source in self.sources[side])
            for side, name in (("left", left), ("right", right))
        )

    def has_amounts(self) -> bool:
        return self.have("amount", "amount")

    def amounts_meet(self) -> tuple[int, int]:
        """How many sampled amounts the other side has on near dates: the same, and the opposite."""
        self._sample("left")
        found: list[int] = []
        for sign in (column("amount", "r"), exp.Neg(this=column("amount", "r"))):
            near = exp.Abs(
                this=exp.paren(column("booking_date first", "l") - column("booking_date first", "r"))
            ) <= number(5)
            met = exp.and_(_same_currency(), column("amount", "l").eq(sign), column("amount", "l").neq(0), near)
            units = exp.Count(this=exp.Distinct(expressions=[column("unit", "l")]))
            query = exp.select(units).from_(exp.to_table("left_sample").as_("l"))
            found.append(int(str(self.database.rows(query.join(exp.to_table("right_open").as_("r"), on=met))[0][0])))
        return found[0], found[1]

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

    def _sample(self, side: str) -> str:
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

    def pairs(self, meet: Meet) -> Pairs:
        """The pairs that an equality of two fields makes."""
        left, right = _text("l", meet.left), _text("r", meet.right)
        gap = exp.paren(column("booking_date first", "r") - column("booking_date first", "l"))
        same = column("amount", "l").eq(column("amount", "r"))
        opposite = exp.and_(column("amount", "l").eq(exp.Neg(this=column("amount", "r"))), column("amount", "l").neq(0))
        differs = exp.Abs(this=exp.paren(column("amount", "l") - column("amount", "r")))
        fee = exp.Case().when(same, exp.null()).else_(differs)
        values = [exp.Count(this=exp.Star()), _count(same), _count(opposite)]
        values += [_quantile(gap, 0.02), _quantile(gap, 0.98), _quantile(fee, 0.9)]
        query = exp.select(*values).from_(exp.to_table("left_sample").as_("l"))
        query = query.join(exp.to_table("right_open").as_("r"), on=exp.and_(_same_currency(), left.eq(right)))
        row = [int(str(value or 0)) for value in self.database.rows(query)[0]]
        return Pairs(row[0], row[1], row[2], max(0, -row[3]), max(0, row[4]), row[5])

    def sums(self, left: tuple[str, ...], right: tuple[str, ...], *, opposite: bool) -> tuple[int, int]:
        """How many keys meet with more lines on one side than on the other, and of how many the sums are equal."""
        sides = [_summed("left_open", left), _summed("right_open", right)]
        keys = [column(f"key {place}", "l").eq(column(f"key {place}", "r")) for place in range(len(left))]
        amount: Condition = column("total", "r")
        equal = column("total", "l").eq(exp.Neg(this=amount) if opposite else amount)
        query = exp.select(exp.Count(this=exp.Star()), _count(equal)).from_(sides[0].subquery("l"))
        query = query.join(sides[1].subquery("r"), on=exp.and_(_same_currency(), *keys))
        row = self.database.rows(query.where(column("lines", "l").neq(column("lines", "r"))))[0]
        return int(str(row[0])), int(str(row[1] or 0))

    def tokens_meet(self, left: str, right: str) -> tuple[int, int]:
        """How many sampled left records have tokens that are not their own reference, and how many of them meet."""
        mine = exp.select(column("unit"), named(_listed(left), "token")).from_("left_sample")
        others = exp.select(named(_listed(right), "token")).from_("right_open").distinct()
        met = exp.In(this=column("token"), query=exp.paren(others))
        asked = exp.select(exp.Count(this=exp.Distinct(expressions=[column("unit")]))).from_(mine.subquery("mine"))
        return int(str(self.database.rows(asked)[0][0])), int(str(self.database.rows(asked.where(met))[0][0]))

    def agreeing(self, meet: Meet, field: str, other: str) -> tuple[int, int]:
        """Of the pairs that a key makes: in how many both fields are filled, and in how many equal."""
        left, right = _text("l", field), _text("r", other)
        filled = exp.and_(left.is_(exp.null()).not_(), right.is_(exp.null()).not_())
        query = exp.select(_count(filled), _count(left.eq(right))).from_(exp.to_table("left_sample").as_("l"))
        key = _text("l", meet.left).eq(_text("r", meet.right))
        row = self.database.rows(query.join(exp.to_table("right_open").as_("r"), on=exp.and_(_same_currency(), key)))[0]
        return int(str(row[0] or 0)), int(str(row[1] or 0))

    def _seen_from(self, side: str, other: str) -> dict[tuple[str, str], tuple[int, float, float, float]]:
        """Per pair of fields: values met, their share, rows of the other side per value, share with digits."""
        sample = self._sample(side)
        parts: list[Expr] = []
        for field in self.fields[side]:
            value = column(column_name(field, "exact"))
            part = chosen([named(text(field), "field"), column("currency"), named(value, "value")], sample)
            parts.append(part.where(value.is_(exp.null()).not_()).distinct())
        if not parts:
            return {}
        union = parts[0]
        for part in parts[1:]:
            union = exp.union(union, part, distinct=False)
        self.database.keep("seen", union)
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
    totals = [column("field"), exp.Count(this=exp.Star()), exp.Sum(this=column("rows")), _count(digits)]
    return exp.select(*totals).from_(per_value.subquery("met")).group_by(column("field"))


def _fields(sources: tuple[Source, ...]) -> Iterator[str]:
    names = sorted({name for source in sources for name in (*source.content, "key")} - _NOT_KEYS)
    for name in names:
        if any(name in source.columns and name not in source.empty for source in sources):
            yield name


def _summed(table: str, fields: tuple[str, ...]) -> Select:
    keys = [column(column_name(field, "exact")) for field in fields]
    values = [named(key, f"key {place}") for place, key in enumerate(keys)]
    total = named(exp.Sum(this=column("amount")), "total")
    query = chosen([column("currency"), *values, total, named(exp.Count(this=exp.Star()), "lines")], table)
    for key in keys:
        query = query.where(key.is_(exp.null()).not_())
    return query.group_by(column("currency"), *keys)


def _text(alias: str, field: str) -> Condition:
    return column(column_name(field, "exact"), alias)


def _listed(field: str) -> Condition:
    tokens = exp.Split(this=column(column_name(field, "tokens")), expression=text(" "))
    return exp.SplitPart(this=exp.Unnest(expressions=[tokens]), delimiter=text(":"), part_index=number(2))


def _same_currency() -> Condition:
    return column("currency", "l").eq(column("currency", "r"))


def _count(condition: Condition) -> Condition:
    return exp.Sum(this=exp.Case().when(condition, number(1)).else_(number(0)))


def _quantile(value: Condition, share: float) -> Condition:
    return exp.Anonymous(this="quantile_disc", expressions=[value, exp.Literal.number(share)])
