"""Finds the pairs of a pass, and what its rules measure of them."""

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, chosen, column, named, without
from reconciliation.engine.errors import TooManyCandidatesError
from reconciliation.engine.plan import Plan
from reconciliation.engine.units import Units
from reconciliation.rules import Meeting

CANDIDATES = "candidates"
NEVER = "never_units"
_MANY = 5_000_000
_PER_UNIT = 40


def find_candidates(
    database: Database, plan: Plan, left: Units, right: Units, *, some_never: bool, open_units: int
) -> int:
    """Stores the pairs that fulfil every rule and score enough to be suggested; returns how many there are."""
    limit = _MANY + _PER_UNIT * open_units
    pairs = _pairs(database, plan, left, right, some_never=some_never).limit(limit + 1, copy=False)
    scored = exp.select("*", named(plan.score, "score")).from_("pairs").where(*plan.needs_test, copy=False)
    enough = plan.part.decide.suggest_at * 100
    query = exp.select("*").from_(scored.subquery("scored", copy=False), copy=False).where(column("score") >= enough)
    found = database.keep(CANDIDATES, query.with_("pairs", as_=pairs, materialized=True, copy=False))
    if found > limit:
        raise TooManyCandidatesError(
            f"Pass “{plan.part.name}” finds more than {limit:,} pairs to compare. Add a rule that tells records apart: "
            "a reference, a date window, or an account."
        )
    return found


def _pairs(database: Database, plan: Plan, left: Units, right: Units, *, some_never: bool) -> Select:
    zero = exp.Literal.number(0)
    values: list[Expr] = [
        named(column("unit", "l"), "left_unit"),
        named(column("unit", "r"), "right_unit"),
        named(column("currency", "l"), "currency"),
        named(exp.Coalesce(this=column("amount", "l"), expressions=[zero]), "left_amount"),
        named(exp.Coalesce(this=column("amount", "r"), expressions=[zero]), "right_amount"),
        named(plan.adjustable, "adjustable"),
        *(named(measured, name) for name, (_, measured) in plan.measures.items()),
        *(named(tie, f"tie {name}") for name, tie in plan.ties.items()),
    ]
    sources = _met(database, plan.meetings, left, right)
    conditions = [*plan.conditions, *_meeting_conditions(plan.meetings)]
    query = exp.select(*values, copy=False).from_(sources[0], copy=False)
    query = query.join(sources[1], on=exp.and_(*conditions, copy=False), copy=False)
    if some_never:
        same = (column("left_id", NEVER).eq(column("unit", "l")), column("right_id", NEVER).eq(column("unit", "r")))
        query = without(query, NEVER, exp.and_(*same))
    return query.distinct() if any(meeting.most for meeting in plan.meetings) else query


def _met(database: Database, meetings: tuple[Meeting, ...], left: Units, right: Units) -> list[Expr]:
    """Both sides with one row per value by which they may meet."""
    sources: list[Expr] = []
    for units in (left, right):
        query = units.query()
        for number, meeting in enumerate(meetings):
            values = meeting.left if units is left else meeting.right
            alias = units.side.alias
            inner = query.subquery(alias, copy=False)
            query = exp.select(
                exp.column(exp.Star(), table=alias), named(exp.Unnest(expressions=[values]), f"met {number}")
            )
            query = query.from_(inner)
            if meeting.most is not None:
                query = _uncommon(database, query, meeting, number, f"{units.side.name}_met_{number}")
        sources.append(query.subquery(units.side.alias, copy=False))
    return sources


def _uncommon(database: Database, query: Select, meeting: Meeting, number: int, table: str) -> Select:
    """Only values that few records share."""
    database.keep(table, query)
    value = _compared(meeting, column(f"met {number}"))
    many = exp.Count(this=exp.Star()) > exp.Literal.number(meeting.most or 0)
    common = chosen([named(value, "value")], table).group_by(exp.Literal.number(1)).having(many)
    seen = exp.to_table(table)
    return exp.select("*").from_(seen).where(exp.In(this=value, query=exp.paren(common)).not_())


def _meeting_conditions(meetings: Iterable[Meeting]) -> list[Condition]:
    found: list[Condition] = []
    for number, meeting in enumerate(meetings):
        left, right = column(f"met {number}", "l"), column(f"met {number}", "r")
        found.append(_compared(meeting, left).eq(_compared(meeting, right)))
        if meeting.compatible is not None:
            found.append(meeting.compatible(left, right))
    return found


def _compared(meeting: Meeting, value: Condition) -> Condition:
    return value if meeting.by is None else meeting.by(value)
