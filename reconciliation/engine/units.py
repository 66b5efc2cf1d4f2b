"""One side of one pass: its open records, or what they add up to."""

from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.rules import Key, Side

DECIDED = "decided"


@dataclass(frozen=True)
class Units:
    """Where a pass finds the units of a side; `members` says whether a unit has lines of its own.

    `open_table` holds the open records that they are made of; `scope` says which of them the pass looks at.
    """

    side: Side
    open_table: str
    table: str
    members: bool
    flips: bool
    scope: tuple[Condition, ...] = ()

    @property
    def columns(self) -> list[Expr]:
        """All that a pass needs of a unit, under its own names."""
        spans = ["first", "last"] if self.members else ["first"]
        amount: Condition = column("amount", self.side.alias)
        if self.flips:
            amount = exp.Neg(this=amount)
        moments = [f"{field} {end}" for field in self.side.dates for end in spans]
        names = ["currency", *self.side.texts, *moments]
        plain = [self.side.column(name) for name in ("unit", *names)]
        return [*plain, named(amount, "amount")]

    def query(self) -> Select:
        query = chosen(self.columns, self.table, self.side.alias)
        return query if self.members else query.where(*self.scope, copy=False)


def ask(side: Side, key: Key) -> Condition:
    return side.text(key.field, key.compare, key.separator)


def add_up(database: Database, units: Units, keys: tuple[Key, ...]) -> int:
    """Stores one row per group of lines with equal keys and currency; a line without a key belongs to none."""
    side = units.side
    given = [ask(side, key) for key in keys]
    texts = [column(name) for name in side.texts]
    line = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier("record_id"), expression=column("unit")),
            exp.PropertyEQ(this=exp.to_identifier("amount"), expression=column("amount")),
        ]
    )
    values: list[Expr] = [
        named(exp.Min(this=column("unit")), "unit"),
        named(exp.cast(exp.Sum(this=column("amount")), exp.DType.BIGINT), "amount"),
        column("currency"),
        *texts,
        *(named(exp.Min(this=column(f"{field} first")), f"{field} first") for field in side.dates),
        *(named(exp.Max(this=column(f"{field} first")), f"{field} last") for field in side.dates),
        named(exp.ArrayAgg(this=line), "members"),
    ]
    query = chosen(values, units.open_table, side.alias).group_by(column("currency"), *texts)
    query = query.where(*units.scope, copy=False)
    for key in given:
        query = query.where(key.is_(exp.null()).not_())
    return database.keep(units.table, query)


def open_table(side: str) -> str:
    """Where the open records of a side are."""
    return f"{side}_open"


def member_ids(units: Units) -> exp.Expr:
    """A column with the records of each group, one a row."""
    members = exp.Unnest(expressions=[column("members", units.table)])
    return exp.Dot(this=exp.paren(members), expression=exp.to_identifier("record_id"))
