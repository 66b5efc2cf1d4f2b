"""Runs a rule set over the open records of two sides."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from sqlglot import exp

from reconciliation.engine.candidates import NEVER, find_candidates
from reconciliation.engine.database import Database, chosen, column, named
from reconciliation.engine.errors import Cancelled
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.loading import Reader, Source, open_sources, scales_of
from reconciliation.engine.outcome import ADJUSTMENTS, GROUPS, LEGS, Outcome, check_balanced
from reconciliation.engine.plan import Plan, plan_pass
from reconciliation.engine.rivals import Sides, decide_rivals
from reconciliation.engine.settle import DECIDED, Settled, decide, settle
from reconciliation.engine.units import Units, add_up
from reconciliation.rules import RuleSet, Side

NOTHING_FORBIDDEN = pa.table({"left_id": pa.array([], pa.int64()), "right_id": pa.array([], pa.int64())})


def _silent(stage: str, share: float) -> None:
    del stage, share


def _never() -> bool:
    return False


def match(
    left: SideInput,
    right: SideInput,
    rules: RuleSet,
    *,
    never: pa.Table = NOTHING_FORBIDDEN,
    cut_off: date | None = None,
    on_progress: Callable[[str, float], None] = _silent,
    is_cancelled: Callable[[], bool] = _never,
    memory_limit: str = "2GB",
    threads: int = 2,
) -> Outcome:
    """The groups that the rule set finds. Raises Cancelled when asked to stop between two steps.

    The same records give the same groups in whatever order they are given and however many threads work.
    """
    with Database(memory_limit=memory_limit, threads=threads) as database:
        steps = _Steps(on_progress, is_cancelled, len(rules.passes))
        run = _Run(database, rules, never, cut_off, steps)
        return run.outcome(left, right)


@dataclass
class _Steps:
    """Progress, the time of each stage, and the question whether to go on."""

    on_progress: Callable[[str, float], None]
    is_cancelled: Callable[[], bool]
    passes: int
    stages: dict[str, float] = field(default_factory=dict)
    done: int = 0
    since: float = field(default_factory=time.perf_counter)

    def next(self, stage: str, part: float = 0.0) -> None:
        """Announces what begins now; a pass is worth as much as reading."""
        if self.is_cancelled():
            raise Cancelled(stage)
        self.on_progress(stage, min(1.0, (self.done + part) / (self.passes + 1)))

    def finished(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self.since
        self.since = now
        self.done += 1


@dataclass
class _Run:
    database: Database
    rules: RuleSet
    never: pa.Table
    cut_off: date | None
    steps: _Steps
    scales: dict[str, int] = field(default_factory=dict)
    open_units: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def outcome(self, left: SideInput, right: SideInput) -> Outcome:
        self.steps.next("reading")
        sources = {
            "left": open_sources(self.database, "left", left),
            "right": open_sources(self.database, "right", right),
        }
        self.scales = scales_of(self.database, (*sources["left"], *sources["right"]))
        plans = [
            plan_pass(part, position, self.scales, opposite=self.rules.opposite_signs)
            for position, part in enumerate(self.rules.passes)
        ]
        if plans:
            self._load(plans, sources, {"left": left, "right": right})
        self.database.offer("never", self.never)
        self.steps.finished("reading")
        settled: list[Settled] = []
        for plan in plans:
            first = sum(part.groups.num_rows for part in settled)
            found = self._pass(plan, sources, first)
            if found is not None:
                settled.append(found)
            self.steps.finished(plan.part.name)
        return self._outcome(settled)

    def _load(self, plans: list[Plan], sources: dict[str, tuple[Source, ...]], given: dict[str, SideInput]) -> None:
        reader = Reader(self.database, self.scales, self.cut_off)
        for side in ("left", "right"):
            asked = Side(side[0])
            for plan in plans:
                asked.want(plan.left if side == "left" else plan.right)
            self.open_units[side] = reader.load(_open(side), sources[side], given[side].taken, asked)

    def _pass(self, plan: Plan, sources: dict[str, tuple[Source, ...]], first: int) -> Settled | None:
        name = plan.part.name
        if not all(self.open_units.values()):
            return None
        self.steps.next(name)
        left, right = self._units(plan, "left"), self._units(plan, "right")
        some_never = self._forbid(left, right)
        open_units = sum(self.open_units.values())
        if not find_candidates(self.database, plan, left, right, some_never=some_never, open_units=open_units):
            return None
        self.steps.next(name, 0.5)
        rivals, notes = decide_rivals(self.database, plan, Sides(left, right, sources["left"], sources["right"]))
        self.notes += notes
        if not decide(self.database, plan, some_contested=bool(rivals)):
            return None
        self.steps.next(name, 0.8)
        settled = settle(self.database, plan, left, right, self.scales, first)
        for units in (left, right):
            self._close(units)
        return settled

    def _units(self, plan: Plan, side: str) -> Units:
        part = plan.part
        one, grouped, keys = (
            (plan.left, part.groups_left, part.group_by.left_keys)
            if side == "left"
            else (plan.right, part.groups_right, part.group_by.right_keys)
        )
        table = f"{side}_units" if grouped else _open(side)
        units = Units(one, _open(side), table, grouped, plan.flips and side == "right")
        if grouped:
            add_up(self.database, units, keys)
        return units

    def _forbid(self, left: Units, right: Units) -> bool:
        """Brings remembered negatives from records to the units of this pass."""
        if not self.never.num_rows:
            return False
        query = chosen([column("left_id"), column("right_id")], "never")
        for units in (left, right):
            if units.members:
                query = _by_unit(query, units)
        self.database.keep(NEVER, query)
        return True

    def _close(self, units: Units) -> None:
        """What a pass decided is not open for the next."""
        side = units.side.name
        decided = column(f"{side}_unit", DECIDED)
        gone, key = DECIDED, decided
        if units.members:
            gone, key = "closed", column("record_id", "closed")
            query = chosen([named(_member_ids(units), "record_id")], units.table)
            self.database.keep(gone, query.join(DECIDED, on=decided.eq(column("unit", units.table)), join_type="semi"))
        kept = exp.select("*").from_(_open(side)).join(gone, on=key.eq(column("unit", _open(side))), join_type="anti")
        self.open_units[side] = self.database.keep(_open(side), kept)

    def _outcome(self, settled: list[Settled]) -> Outcome:
        groups = pa.concat_tables([GROUPS.empty_table(), *(part.groups for part in settled)])
        legs = pa.concat_tables([LEGS.empty_table(), *(part.legs for part in settled)])
        adjustments = pa.concat_tables([ADJUSTMENTS.empty_table(), *(part.adjustments for part in settled)])
        check_balanced(groups, legs, adjustments)
        self.steps.finished("checking")
        self.steps.on_progress("matched", 1.0)
        return Outcome(groups, legs, adjustments, tuple(self.steps.stages.items()), tuple(self.notes))


def _open(side: str) -> str:
    return f"{side}_open"


def _by_unit(never: exp.Select, units: Units) -> exp.Select:
    """Replaces the records of one side by the groups they are in."""
    side = units.side.name
    lines = exp.select(column("unit"), named(_member_ids(units), "record_id")).from_(units.table)
    other = "right" if side == "left" else "left"
    same = column(f"{side}_id", "pairs").eq(column("record_id", "lines"))
    values = [named(column("unit", "lines"), f"{side}_id"), column(f"{other}_id", "pairs")]
    source = never.subquery("pairs")
    return exp.select(*values).from_(source).join(lines.subquery("lines"), on=same)


def _member_ids(units: Units) -> exp.Expr:
    members = exp.Unnest(expressions=[column("members", units.table)])
    return exp.Dot(this=exp.paren(members), expression=exp.to_identifier("record_id"))
