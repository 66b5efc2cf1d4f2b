"""A few records held against a whole side, which is read where it lies: nothing of it is copied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.checks import Check, checks_of
from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.loading import Reader
from reconciliation.engine.plan import Plan, plan_pass
from reconciliation.engine.sources import Source, open_sources, scales_of
from reconciliation.engine.units import Units
from reconciliation.rules import Meeting, Pass, RuleSet, Side
from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.expressions import absolute
from reconciliation.rules.same_amount import SameAmount

SIDES = ("left", "right")
MET = "met"
Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Asked:
    """A pass with its plan and the checks that it makes of a pair."""

    part: Pass
    plan: Plan
    checks: tuple[Check, ...]


@dataclass
class Looking:
    """Both sides under a rule set; `excerpt` brings the records to look at, `find` those that come near them."""

    database: Database
    given: Mapping[str, SideInput]
    rules: RuleSet
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sources = {side: open_sources(self.database, side, self.given[side]) for side in SIDES}
        self.scales = scales_of(self.database, (*self.sources["left"], *self.sources["right"]))
        self.reader = Reader(self.database, self.scales)
        for position, part in enumerate(self.rules.passes):
            plan = plan_pass(
                part, position, self.scales, opposite=self.rules.opposite_signs, calendar=self.rules.calendar
            )
            self.asked.append(Asked(part, plan, checks_of(plan)))

    def excerpt(self, side: str, record_ids: Iterable[int]) -> None:
        """Stores these records as the side's `excerpt`, whatever is taken, in all the columns that passes ask for."""
        ids = sorted(set(record_ids))
        selects: list[Select] = []
        for place, source in enumerate(self.sources[side]):
            rows = [number for record_id in ids if 0 <= (number := record_id - source.first_record_id) < source.rows]
            if rows:
                view = f"{side}_excerpt_{place}"
                listed = exp.In(this=column("file_row_number"), expressions=[exp.Literal.number(row) for row in rows])
                self.database.keep(view, exp.select("*").from_(exp.to_table(source.view)).where(listed))
                selects.append(self.reader.rows(replace(source, view=view), self._wanted(side)))
        self.database.keep(excerpt(side), union_all(selects) if selects else self._whole(side).limit(0))

    def find(self, side: str, most: int) -> Pairs:
        """Pairs of the excerpt of one side and any records of the other that have something telling in common.

        Of each thing in common, the nearest by amount: at most so many for a record.
        """
        found: Pairs = set()
        tried: set[str] = set()
        for asked in self.asked:
            for finder in _finders(asked) if asked.plan.rates is None and not asked.part.is_contra else ():
                # The nearest amounts are the same ones, however wide a rule is.
                called = (
                    f"amount {asked.plan.flips}" if finder.by_amount else self._near(asked.plan, side, finder, 1).sql()
                )
                if called not in tried:
                    tried.add(called)
                    found |= self._pairs(asked.plan, side, finder, most)
        return found

    def fitting(self, asked: Asked, side: str, most: int) -> Pairs:
        """The same for what one pass compares before it measures anything."""
        return self._pairs(asked.plan, side, Finder(asked.plan.conditions, _must_meet(asked)), most)

    def units(self, plan: Plan, side: str) -> Units:
        """The excerpt of a side as single records."""
        one = plan.left if side == "left" else plan.right
        return Units(one, excerpt(side), excerpt(side), members=False, flips=plan.flips and side == "right")

    def contents(self, side: str, record_ids: Sequence[int]) -> dict[int, tuple[object, ...]]:
        """What the records of the excerpt say, to tell twins by."""
        found: dict[int, tuple[object, ...]] = {}
        for place, source in enumerate(self.sources[side]):
            if any(0 <= record_id - source.first_record_id < source.rows for record_id in record_ids):
                view = f"{side}_excerpt_{place}"
                values = [exp.cast(column(name), exp.DType.VARCHAR) for name in source.content]
                for record_id, *said in self.database.rows(chosen([source.record_id, *values], view)):
                    told = zip(source.content, said, strict=True)
                    found[int(str(record_id))] = tuple(sorted((name, value) for name, value in told if value))
        return found

    def _pairs(self, plan: Plan, side: str, finder: "Finder", most: int) -> Pairs:
        rows = self.database.rows(self._near(plan, side, finder, most))
        return {(int(str(left)), int(str(right))) for left, right in rows}

    def _near(self, plan: Plan, side: str, finder: "Finder", most: int) -> Select:
        mine, other = ("l", "r") if side == "left" else ("r", "l")
        opposite = "right" if side == "left" else "left"
        whole = self._whole(opposite).subquery("whole")
        sources = {
            mine: self._rows(plan, side, exp.to_table(excerpt(side)), finder.meeting),
            other: self._rows(plan, opposite, whole, finder.meeting),
        }
        apart = absolute(exp.paren(plan.left.amount - plan.right.amount))
        apart = exp.Coalesce(this=apart, expressions=[exp.Literal.number(0)])
        order = exp.Order(expressions=[exp.Ordered(this=key) for key in (apart, column("unit", other))])
        place = exp.Window(this=exp.RowNumber(), partition_by=[column("unit", mine)], order=order)
        values = [named(column("unit", "l"), "left"), named(column("unit", "r"), "right"), named(place, "place")]
        query = exp.select(*values).from_(sources[mine]).join(sources[other], on=exp.and_(*finder.all()))
        ranked = exp.select(column("left"), column("right")).from_(query.subquery("ranked"))
        return ranked.where(column("place") <= most)

    def _rows(self, plan: Plan, side: str, source: Expr, meeting: Meeting | None) -> Expr:
        """A side's records under its alias, with the sign of the plan; one row for each value that is to be met."""
        units = self.units(plan, side)
        alias = units.side.alias
        inner = exp.alias_(source, alias, table=True) if isinstance(source, exp.Table) else source.as_(alias)
        query = exp.select(*units.columns).from_(inner)
        if meeting is not None:
            value = named(exp.Unnest(expressions=[meeting.left if side == "left" else meeting.right]), MET)
            query = exp.select(exp.column(exp.Star(), table=alias), value).from_(query.subquery(alias))
        return query.subquery(alias)

    def _whole(self, side: str) -> Select:
        selects = [self.reader.rows(source, self._wanted(side)) for source in self.sources[side]]
        return exp.select("*").from_(union_all(selects).subquery("every"))

    def _wanted(self, side: str) -> Side:
        wanted = Side(side[0])
        for asked in self.asked:
            for one in asked.plan.asked_of(side):
                wanted.want(one)
        wanted.days("booking_date")
        return wanted


def excerpt(side: str) -> str:
    return f"{side}_excerpt"


@dataclass(frozen=True)
class Finder:
    """What two records have in common that are worth a closer look."""

    conditions: Sequence[Condition]
    meeting: Meeting | None = None
    by_amount: bool = False

    def all(self) -> list[Condition]:
        return [*self.conditions, *(common(self.meeting) if self.meeting is not None else ())]


def common(meeting: Meeting) -> Iterator[Condition]:
    """That a value of each side, in the column `MET`, is the same."""
    left, right = column(MET, "l"), column(MET, "r")
    yield left.eq(right) if meeting.by is None else meeting.by(left).eq(meeting.by(right))
    if meeting.compatible is not None:
        yield meeting.compatible(left, right)


def _finders(asked: Asked) -> list[Finder]:
    """What records of a pass are told by: its references, near amounts, or else all its equalities together."""
    plan = asked.plan
    same = [plan.left.column("currency").eq(plan.right.column("currency"))]
    found = [
        Finder([*same, check.condition]) for check in asked.checks if check.condition is not None and _tells(check)
    ]
    found += [Finder(same, check.meeting) for check in asked.checks if check.meeting is not None]
    found += [
        Finder([*same, check.near], by_amount=True)
        for check in asked.checks
        if check.near is not None and _is_amount(check)
    ]
    return found or [Finder(plan.conditions)]


def _must_meet(asked: Asked) -> Meeting | None:
    return next((check.meeting for check in asked.checks if check.meeting is not None), None)


def _tells(check: Check) -> bool:
    return check.rule is not None and check.rule.names_something and not _is_amount(check)


def _is_amount(check: Check) -> bool:
    return isinstance(check.rule, SameAmount | AmountWithin)
