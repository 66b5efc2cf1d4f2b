"""Finds the pairs of a pass, and what its rules measure of them."""

from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, column, named, without
from reconciliation.engine.errors import TooManyCandidatesError
from reconciliation.engine.meetings import meeting_conditions, met
from reconciliation.engine.plan import Plan
from reconciliation.engine.units import Units
from reconciliation.rules.currency_converted import RATES
from reconciliation.rules.expressions import absolute

CANDIDATES = "candidates"
NEVER = "never_units"
RATE_COLUMNS = ("rate", "rate_date")
_PAIRS = "pairs"
_MANY = 5_000_000
_PER_UNIT = 40


@dataclass(frozen=True)
class Found:
    """How many candidates a pass has, and what the user should know about how they were found."""

    count: int
    notes: tuple[str, ...]


def find_candidates(
    database: Database, plan: Plan, sides: tuple[Units, Units], *, some_never: bool, open_units: int
) -> Found:
    """Stores the pairs that fulfil every rule and score enough to be suggested."""
    limit = _MANY + _PER_UNIT * open_units
    if plan.rates is not None:
        database.offer(RATES, plan.rates)
    sources, notes = met(database, plan, sides)
    pairs = _pairs(plan, sources, some_never=some_never).limit(limit + 1, copy=False)
    measured = bool(plan.measures)
    if not measured:  # nothing to tell the pairs apart: all have the full score
        pairs = pairs.select(named(plan.score, "score"), copy=False)
    found = database.keep(_PAIRS if measured else CANDIDATES, pairs)
    if found > limit:
        raise TooManyCandidatesError(
            f"Pass “{plan.part.name}” finds more than {limit:,} pairs to compare. Add a rule that tells records apart: "
            "a reference, a date window, or an account."
        )
    return Found(database.keep(CANDIDATES, _scored(plan)) if measured else found, notes)


def _scored(plan: Plan) -> Select:
    scored = exp.select("*", named(plan.score, "score")).from_(_PAIRS).where(*plan.needs_test, copy=False)
    enough = column("score") >= plan.part.decide.suggest_at * 100
    return exp.select("*").from_(scored.subquery("scored", copy=False), copy=False).where(enough, copy=False)


def _amounts(plan: Plan) -> tuple[Condition, Condition]:
    """What each side counts in a group: all of it, or where it is allocated what the smaller side has."""
    zero = exp.Literal.number(0)
    left, right = (exp.Coalesce(this=side.amount, expressions=[zero]) for side in (plan.left, plan.right))
    if plan.part.allocation is None:
        return left, right
    size = exp.Least(this=absolute(left), expressions=[absolute(right)])
    paid = exp.Case().when(left < 0, exp.Neg(this=size)).else_(size)
    return paid, paid


def _of_rates(plan: Plan) -> list[Expr]:
    return [column(name, RATES) for name in RATE_COLUMNS] if plan.rates is not None else []


def _pairs(plan: Plan, sources: list[Expr], *, some_never: bool) -> Select:
    left, right = _amounts(plan)
    values: list[Expr] = [
        named(column("unit", "l"), "left_unit"),
        named(column("unit", "r"), "right_unit"),
        named(column("currency", "l"), "currency"),
        named(left, "left_amount"),
        named(right, "right_amount"),
        *_of_rates(plan),
        named(plan.adjustable, "adjustable"),
        *(named(measured, name) for name, (_, measured) in plan.measures.items()),
        *(named(tie, f"tie {name}") for name, tie in plan.ties.items()),
    ]
    conditions = [*plan.conditions, *meeting_conditions(plan)]
    query = exp.select(*values, copy=False).from_(sources[0], copy=False)
    if plan.rates is not None:
        query = query.join(exp.to_table(RATES), on=column("currency", RATES).eq(column("currency", "l")), copy=False)
    query = query.join(sources[1], on=exp.and_(*conditions, copy=False), copy=False)
    if some_never:
        same = (column("left_id", NEVER).eq(column("unit", "l")), column("right_id", NEVER).eq(column("unit", "r")))
        query = without(query, NEVER, exp.and_(*same))
    return query.distinct() if any(meeting.most for meeting in plan.meetings) else query
