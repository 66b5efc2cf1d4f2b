"""Runs a rule set over the open records of two sides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa

from reconciliation.engine.allocation import allocate, close_allocated
from reconciliation.engine.candidates import find_candidates
from reconciliation.engine.connecting import connect
from reconciliation.engine.contra import settle_contra
from reconciliation.engine.database import Database
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.legs import close
from reconciliation.engine.loading import Reader
from reconciliation.engine.negatives import GIVEN, REFUSED, Refused, forbid, refused_groups
from reconciliation.engine.outcome import ADJUSTMENTS, GROUPS, MARKED_LEGS, Outcome, check_balanced
from reconciliation.engine.parts import Parts
from reconciliation.engine.plan import Plan, plan_pass
from reconciliation.engine.rivals import Sides, decide_rivals
from reconciliation.engine.settle import Numbering, Settled, settle
from reconciliation.engine.sources import Source, open_sources, scales_of
from reconciliation.engine.steps import Steps
from reconciliation.engine.subset_pass import settle_subsets
from reconciliation.engine.units import Units, add_up, open_table
from reconciliation.rules import RuleSet, Side

NOTHING_FORBIDDEN = pa.table({"left_id": pa.array([], pa.int64()), "right_id": pa.array([], pa.int64())})
NOTHING_REFUSED = REFUSED.empty_table()


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
    refused: pa.Table = NOTHING_REFUSED,
    cut_off: date | None = None,
    on_progress: Callable[[str, float], None] = _silent,
    is_cancelled: Callable[[], bool] = _never,
    url: str = "",
    files_url: str = "",
    memory_limit: str = "2GB",
    threads: int = 2,
) -> Outcome:
    """The groups that the rule set finds. Raises Cancelled when asked to stop between two steps.

    The same records give the same groups in whatever order they are given, on whichever engine `url` names (see
    `connect`, also for `files_url`) and however many threads work.
    """
    with connect(url, memory_limit=memory_limit, threads=threads, files_url=files_url) as database:
        steps = Steps(on_progress, is_cancelled, len(rules.passes))
        run = _Run(database, rules, never, refused_groups(refused), cut_off, steps)
        return run.outcome(left, right)


@dataclass
class _Run:
    database: Database
    rules: RuleSet
    never: pa.Table
    refused: Refused
    cut_off: date | None
    steps: Steps
    scales: dict[str, int] = field(default_factory=dict)
    open_units: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)

    def outcome(self, left: SideInput, right: SideInput) -> Outcome:
        self.steps.next("reading")
        sources = {
            "left": open_sources(self.database, "left", left),
            "right": open_sources(self.database, "right", right),
        }
        self.scales = scales_of(self.database, (*sources["left"], *sources["right"]), (left.used, right.used))
        plans = [
            plan_pass(part, position, self.scales, opposite=self.rules.opposite_signs, calendar=self.rules.calendar)
            for position, part in enumerate(self.rules.passes)
        ]
        if plans:
            self._load(plans, sources, {"left": left, "right": right})
        self.database.offer(GIVEN, self.never)
        self.steps.finished("reading")
        settled: list[Settled] = []
        for plan in plans:
            first = sum(part.groups.num_rows for part in settled)
            settled.extend(map(self._marked, self._pass(plan, sources, first)))
            self.steps.finished(plan.part.name)
        return self._outcome(settled)

    def _load(self, plans: list[Plan], sources: dict[str, tuple[Source, ...]], given: dict[str, SideInput]) -> None:
        reader = Reader(self.database, self.scales, self.cut_off)
        for side in ("left", "right"):
            asked = Side(side[0])
            for plan in plans:
                for wanted in plan.asked_of(side):
                    asked.want(wanted)
            self.open_units[side] = reader.load(open_table(side), sources[side], given[side], asked)
            self.parts.learn(self.database, side, given[side])

    def _pass(self, plan: Plan, sources: dict[str, tuple[Source, ...]], first: int) -> Iterator[Settled]:
        self.steps.next(plan.part.name)
        if plan.part.is_contra:
            yield from self._contra(plan, sources, first)
        elif all(self.open_units.values()) and (found := self._two_sided(plan, sources, first)):
            yield found

    def _contra(self, plan: Plan, sources: dict[str, tuple[Source, ...]], first: int) -> Iterator[Settled]:
        never = self.never.num_rows > 0 or bool(self.refused)
        for side in plan.part.contra_sides:
            numbering = Numbering(self.scales, first, self.refused)
            found = settle_contra(self.database, plan, side, sources[side], numbering, never=never)
            if found is not None:
                self.open_units[side] = found.still_open
                self.notes += found.notes
                first += found.settled.groups.num_rows
                yield found.settled

    def _two_sided(self, plan: Plan, sources: dict[str, tuple[Source, ...]], first: int) -> Settled | None:
        name = plan.part.name
        left, right = self._units(plan, "left"), self._units(plan, "right")
        some_never = forbid(self.database, left, right, self.refused) if self.never.num_rows or self.refused else False
        open_units = sum(self.open_units.values())
        found = find_candidates(self.database, plan, (left, right), some_never=some_never, open_units=open_units)
        self.notes += found.notes
        if not found.count:
            return None
        self.steps.next(name, 0.5)
        settled = self._subsets(plan, first) if plan.part.subset else self._pairs(plan, sources, (left, right), first)
        if settled is None:
            return None
        if plan.number < len(self.rules.passes) - 1:
            for units in (left, right):
                self.open_units[units.side.name] = self._close(plan, units, settled)
        return settled

    def _close(self, plan: Plan, units: Units, settled: Settled) -> int:
        if plan.part.allocation is None:
            return close(self.database, units)
        return close_allocated(self.database, units, settled)

    def _marked(self, settled: Settled) -> Settled:
        """The legs know what they use of records that other groups use as well."""
        marked = replace(settled, legs=self.parts.marked(settled.legs, settled.left_over))
        self.parts.open |= settled.left_over
        return marked

    def _subsets(self, plan: Plan, first: int) -> Settled | None:
        def go_on(share: float) -> None:
            self.steps.next(plan.part.name, 0.5 + share / 2)

        settled, notes = settle_subsets(self.database, plan, Numbering(self.scales, first, self.refused), go_on)
        self.notes += notes
        return settled

    def _pairs(
        self, plan: Plan, sources: dict[str, tuple[Source, ...]], sides: tuple[Units, Units], first: int
    ) -> Settled | None:
        rivals, notes = decide_rivals(self.database, plan, Sides(*sides, sources["left"], sources["right"]))
        self.notes += notes
        self.steps.next(plan.part.name, 0.8)
        numbering = Numbering(self.scales, first)
        settled = settle(self.database, plan, sides, numbering, some_contested=bool(rivals))
        if settled is None or plan.part.allocation is None:
            return settled
        return allocate(self.database, plan, Sides(*sides, sources["left"], sources["right"]), settled)

    def _units(self, plan: Plan, side: str) -> Units:
        part = plan.part
        one, grouped, keys = (
            (plan.left, part.groups_left, part.group_by.left_keys)
            if side == "left"
            else (plan.right, part.groups_right, part.group_by.right_keys)
        )
        table = f"{side}_units" if grouped else open_table(side)
        scope = plan.scope_of(side, one.alias)
        units = Units(one, open_table(side), table, grouped, plan.flips and side == "right", scope)
        if grouped:
            add_up(self.database, units, keys)
        return units

    def _outcome(self, settled: list[Settled]) -> Outcome:
        groups = pa.concat_tables([GROUPS.empty_table(), *(part.groups for part in settled)])
        legs = pa.concat_tables([MARKED_LEGS.empty_table(), *(part.legs for part in settled)])
        adjustments = pa.concat_tables([ADJUSTMENTS.empty_table(), *(part.adjustments for part in settled)])
        check_balanced(groups, legs, adjustments)
        self.steps.finished("checking")
        self.steps.on_progress("matched", 1.0)
        return Outcome(groups, legs, adjustments, tuple(self.steps.stages.items()), tuple(self.notes))
