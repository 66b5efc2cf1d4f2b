"""Why a pass put records together: each of its rules on them, and who else would have fitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from reconciliation.engine.duck import DuckDatabase
from reconciliation.engine.examining import examine
from reconciliation.engine.findings import PairFinding
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.looking import SIDES, Asked, Looking, Pairs, excerpt
from reconciliation.engine.units import Units, add_up
from reconciliation.rules import RuleSet

MOST_PAIRS = 20
MOST_RIVALS = 20


@dataclass(frozen=True)
class Rival:
    """Another record that fits the one on `side` of the match; a twin of what was taken says nothing different."""

    side: str
    record_id: int
    score: int
    twin: bool


@dataclass(frozen=True)
class Explained:
    """`left_out` counts the pairs of a large group that were not looked at one by one."""

    pairs: tuple[PairFinding, ...] = ()
    rivals: tuple[Rival, ...] = ()
    left_out: int = 0


def explain(
    left: SideInput,
    right: SideInput,
    rules: RuleSet,
    legs: Mapping[str, Sequence[int]],
    *,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> Explained:
    """Of a rule set with one pass: that by which the legs were put together. Rivals are told of pairs only."""
    with DuckDatabase(memory_limit=memory_limit, threads=threads) as database:
        looking = Looking(database, {"left": left, "right": right}, rules)
        return _Explaining(looking, looking.asked[0], legs).explained()


@dataclass(frozen=True)
class _Explaining:
    looking: Looking
    asked: Asked
    legs: Mapping[str, Sequence[int]]

    def explained(self) -> Explained:
        for side in SIDES:
            self.looking.excerpt(side, self.legs[side])
        sides = self._sides()
        if sides is None:
            return Explained()
        every = list(self._pairs())
        findings = examine(self.looking.database, self.asked, sides, islice(every, MOST_PAIRS))
        return Explained(tuple(findings), tuple(self._rivals()), max(0, len(every) - MOST_PAIRS))

    def _sides(self) -> tuple[Units, Units] | None:
        """None where the pass does not compare pairs: the lines of a key that cancel each other out."""
        plan, part = self.asked.plan, self.asked.part
        left, right = (self.looking.units(plan, side) for side in SIDES)
        if part.is_contra:
            side = next((side for side in SIDES if len(self.legs[side]) == 2), None)  # noqa: PLR2004  an entry and its reversal
            if side is None or part.contra_by_keys:
                return None
            return tuple(replace(units, open_table=excerpt(side), table=excerpt(side)) for units in (left, right))  # type: ignore[return-value]
        if part.groups_left:
            left = self._added_up(left)
        if part.groups_right:
            right = self._added_up(right)
        return left, right

    def _added_up(self, units: Units) -> Units:
        keys = self.asked.part.group_by.left_keys if units.side.name == "left" else self.asked.part.group_by.right_keys
        grouped = replace(units, table=f"{units.open_table}_units", members=True)
        add_up(self.looking.database, grouped, keys)
        return grouped

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """A side that is added up is known by its first record."""
        part = self.asked.part
        if part.is_contra:
            first, second = sorted([*self.legs["left"], *self.legs["right"]])
            return iter([(first, second), (second, first)])
        left, right = (sorted(self.legs[side]) for side in SIDES)
        return product(left[:1] if part.groups_left else left, right[:1] if part.groups_right else right)

    def _rivals(self) -> Iterator[Rival]:
        part = self.asked.part
        if part.cardinality != "1:1" or part.allocation is not None or self.asked.plan.rates is not None:
            return
        mine = {side: self.legs[side][0] for side in SIDES}
        found: dict[str, Pairs] = {side: self._fitting(side) for side in SIDES}
        for place, side in enumerate(SIDES):
            other = SIDES[1 - place]
            self.looking.excerpt(side, [mine[side]])
            self.looking.excerpt(other, {mine[other], *(pair[1 - place] for pair in found[side])})
            yield from self._those_that_fit(side, other, found[side])

    def _fitting(self, side: str) -> Pairs:
        self.looking.excerpt(side, self.legs[side])
        return self.looking.fitting(self.asked, side, MOST_RIVALS)

    def _those_that_fit(self, side: str, other: str, pairs: Pairs) -> Iterator[Rival]:
        sides = self.looking.units(self.asked.plan, "left"), self.looking.units(self.asked.plan, "right")
        taken = self.legs[other][0]
        said = self.looking.contents(other, [taken, *(pair[other == "right"] for pair in pairs)])
        for finding in examine(self.looking.database, self.asked, sides, pairs):
            record_id = finding.right if other == "right" else finding.left
            enough = finding.score >= self.asked.part.decide.suggest_at * 100
            if record_id != taken and not finding.failed and enough:
                yield Rival(side, record_id, finding.score, said.get(record_id) == said.get(taken))
