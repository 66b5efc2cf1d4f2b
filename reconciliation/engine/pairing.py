"""What the records that two fields bring together look like: their amounts, dates, sums and numbers."""

from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Condition, Select

from reconciliation.engine.database import chosen, column, named
from reconciliation.engine.profiling import Meet, Profile, count_if
from reconciliation.rules.expressions import number, text
from reconciliation.rules.key import column_name


@dataclass(frozen=True)
class Pairs:
    """What pairs of records with the same key look like."""

    count: int
    equal: int
    opposite: int
    before: int
    after: int
    difference: int


def pairs(profile: Profile, meet: Meet) -> Pairs:
    """The pairs that an equality of two fields makes."""
    left, right = _text("l", meet.left), _text("r", meet.right)
    gap = exp.paren(column("booking_date first", "r") - column("booking_date first", "l"))
    same = column("amount", "l").eq(column("amount", "r"))
    opposite = exp.and_(column("amount", "l").eq(exp.Neg(this=column("amount", "r"))), column("amount", "l").neq(0))
    differs = exp.Abs(this=exp.paren(column("amount", "l") - column("amount", "r")))
    fee = exp.Case().when(same, exp.null()).else_(differs)
    values = [exp.Count(this=exp.Star()), count_if(same), count_if(opposite)]
    values += [_quantile(gap, 0.02), _quantile(gap, 0.98), _quantile(fee, 0.9)]
    query = exp.select(*values).from_(exp.to_table("left_sample").as_("l"))
    query = query.join(exp.to_table("right_open").as_("r"), on=exp.and_(_same_currency(), left.eq(right)))
    row = [int(str(value or 0)) for value in profile.database.rows(query)[0]]
    return Pairs(row[0], row[1], row[2], max(0, -row[3]), max(0, row[4]), row[5])


def sums(profile: Profile, left: tuple[str, ...], right: tuple[str, ...], *, opposite: bool) -> tuple[int, int]:
    """How many keys meet with more lines on one side than on the other, and of how many the sums are equal."""
    sides = [_summed("left_open", left), _summed("right_open", right)]
    keys = [column(f"key {place}", "l").eq(column(f"key {place}", "r")) for place in range(len(left))]
    amount: Condition = column("total", "r")
    equal = column("total", "l").eq(exp.Neg(this=amount) if opposite else amount)
    query = exp.select(exp.Count(this=exp.Star()), count_if(equal)).from_(sides[0].subquery("l"))
    query = query.join(sides[1].subquery("r"), on=exp.and_(_same_currency(), *keys))
    row = profile.database.rows(query.where(column("lines", "l").neq(column("lines", "r"))))[0]
    return int(str(row[0])), int(str(row[1] or 0))


def tokens_meet(profile: Profile, left: str, right: str) -> tuple[int, int]:
    """How many sampled left records have tokens that are not their own reference, and how many of them meet."""
    mine = exp.select(column("unit"), named(_listed(left), "token")).from_("left_sample")
    others = exp.select(named(_listed(right), "token")).from_("right_open").distinct()
    met = exp.In(this=column("token"), query=exp.paren(others))
    asked = exp.select(exp.Count(this=exp.Distinct(expressions=[column("unit")]))).from_(mine.subquery("mine"))
    return int(str(profile.database.rows(asked)[0][0])), int(str(profile.database.rows(asked.where(met))[0][0]))


def agreeing(profile: Profile, meet: Meet, field: str, other: str) -> tuple[int, int]:
    """Of the pairs that a key makes: in how many both fields are filled, and in how many equal."""
    left, right = _text("l", field), _text("r", other)
    filled = exp.and_(left.is_(exp.null()).not_(), right.is_(exp.null()).not_())
    query = exp.select(count_if(filled), count_if(left.eq(right))).from_(exp.to_table("left_sample").as_("l"))
    key = _text("l", meet.left).eq(_text("r", meet.right))
    row = profile.database.rows(query.join(exp.to_table("right_open").as_("r"), on=exp.and_(_same_currency(), key)))[0]
    return int(str(row[0] or 0)), int(str(row[1] or 0))


def amounts_meet(profile: Profile) -> tuple[int, int]:
    """How many sampled amounts the other side has on near dates: the same, and the opposite."""
    profile.sample("left")
    found: list[int] = []
    for sign in (column("amount", "r"), exp.Neg(this=column("amount", "r"))):
        near = exp.Abs(this=exp.paren(column("booking_date first", "l") - column("booking_date first", "r"))) <= number(
            5
        )
        met = exp.and_(_same_currency(), column("amount", "l").eq(sign), column("amount", "l").neq(0), near)
        units = exp.Count(this=exp.Distinct(expressions=[column("unit", "l")]))
        query = exp.select(units).from_(exp.to_table("left_sample").as_("l"))
        found.append(int(str(profile.database.rows(query.join(exp.to_table("right_open").as_("r"), on=met))[0][0])))
    return found[0], found[1]


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


def _quantile(value: Condition, share: float) -> Condition:
    return exp.Anonymous(this="quantile_disc", expressions=[value, exp.Literal.number(share)])
