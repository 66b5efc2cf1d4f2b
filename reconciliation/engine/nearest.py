"""What nearly matched: for some open records the other record that misses a pass by one rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pyarrow as pa
from sqlglot import exp

from reconciliation.engine.candidates import CANDIDATES, find_candidates
from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.errors import TooManyCandidatesError
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.loading import Reader
from reconciliation.engine.plan import Plan, plan_pass
from reconciliation.engine.sources import open_sources, scales_of
from reconciliation.engine.units import Units, open_table
from reconciliation.rules import Decide, Pass, Rule, RuleSet, Side

_ANY_SCORE = Decide(suggest_at=0)


@dataclass(frozen=True)
class NearMiss:
    """The closest other record and what keeps the two apart; `score` is what the rest of the pass gives them."""

    other_record_id: int
    rule: str
    text: str
    score: int


@dataclass(frozen=True)
class _Relaxed:
    """A pass with one of its rules widened, and that rule as it was."""

    part: Pass
    rule: Rule
    place: int
    flips: bool


def nearest_misses(
    left: SideInput,
    right: SideInput,
    rules: RuleSet,
    side: Literal["left", "right"],
    record_ids: Iterable[int],
    *,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> dict[int, NearMiss]:
    """The nearest miss of each record that has one. Only passes one to one are tried, a rule at a time."""
    wanted = sorted(set(record_ids))
    attempts = [attempt for part in rules.passes for attempt in _relaxations(part)]
    if not wanted or not attempts:
        return {}
    with Database(memory_limit=memory_limit, threads=threads) as database:
        plans = _loaded(database, attempts, {"left": left, "right": right}, opposite=rules.opposite_signs)
        database.offer("wanted", pa.table({"unit": pa.array(wanted, pa.int64())}))
        mine = column("unit", "wanted").eq(column("unit", open_table(side)))
        asked = exp.select("*").from_(open_table(side)).join("wanted", on=mine, join_type="semi")
        database.keep(open_table(side), asked)
        found: dict[int, NearMiss] = {}
        for attempt, plan in zip(attempts, plans, strict=True):
            _try(database, attempt, plan, side, found)
    return dict(sorted(found.items()))


def _loaded(database: Database, attempts: list[_Relaxed], given: dict[str, SideInput], *, opposite: bool) -> list[Plan]:
    """The plans of all attempts, and the open records of both sides with the columns that these ask for."""
    sources = {side: open_sources(database, side, one) for side, one in given.items()}
    scales = scales_of(database, (*sources["left"], *sources["right"]))
    plans = [plan_pass(attempt.part, 0, scales, opposite=opposite or attempt.flips) for attempt in attempts]
    reader = Reader(database, scales)
    for side, one in given.items():
        asked = Side(side[0])
        for plan in plans:
            asked.want(plan.left if side == "left" else plan.right)
        reader.load(open_table(side), sources[side], one.taken, asked)
    return plans


def _relaxations(part: Pass) -> Iterator[_Relaxed]:
    if part.cardinality != "1:1":
        return
    for place, rule in enumerate(part.rules):
        wider = rule.relaxed()
        if wider is not None:
            rules = (*part.rules[:place], wider, *part.rules[place + 1 :])
            relaxed = Pass(name=part.name, rules=rules, decide=_ANY_SCORE)
            if relaxed.blocks_on_something():
                yield _Relaxed(relaxed, rule, place, part.flips_sign)


def _try(database: Database, attempt: _Relaxed, plan: Plan, side: str, found: dict[int, NearMiss]) -> None:
    """Keeps what is closer than what was found so far."""
    left, right = (
        Units(one, open_table(one.name), open_table(one.name), members=False, flips=plan.flips and one is plan.right)
        for one in (plan.left, plan.right)
    )
    try:
        if not find_candidates(database, plan, (left, right), some_never=False, open_units=0).count:
            return
    except TooManyCandidatesError:  # bounded: a pass this wide says nothing about nearness
        return
    for row in database.arrow(_closest(attempt, plan, side)).to_pylist():
        difference = Decimal(row["left_amount"] - row["right_amount"]).scaleb(-plan.left.scales.get(row["currency"], 0))
        text = attempt.rule.miss(row["measured"], difference) or "fits, but so do others, or it was rejected"
        before = found.get(row["mine"])
        if before is None or row["score"] > before.score:
            found[row["mine"]] = NearMiss(row["other"], attempt.rule.type_name, text, row["score"])


def _closest(attempt: _Relaxed, plan: Plan, side: str) -> exp.Select:
    """The best-scoring candidate of each record, the first id among equals."""
    mine, other = column(f"{side}_unit"), column("right_unit" if side == "left" else "left_unit")
    name = f"measure {attempt.place}"
    measured = column(name) if name in plan.measures else exp.Literal.number(0)
    order = exp.Order(expressions=[exp.Ordered(this=column("score"), desc=True), exp.Ordered(this=other)])
    place = exp.Window(this=exp.RowNumber(), partition_by=[mine], order=order)
    values = [named(mine, "mine"), named(other, "other"), column("score"), named(measured, "measured")]
    values += [column(amount) for amount in ("left_amount", "right_amount", "currency")]
    ranked = chosen([*values, named(place, "place")], CANDIDATES)
    return exp.select("*").from_(ranked.subquery("ranked")).where(column("place").eq(1))
