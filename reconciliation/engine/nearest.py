"""What nearly matched: for some records the records of the other side that come nearest, and what keeps them apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reconciliation.engine.duck import DuckDatabase
from reconciliation.engine.examining import examine
from reconciliation.engine.findings import PairFinding
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.looking import Asked, Looking
from reconciliation.rules import RuleSet

MOST = 30


@dataclass(frozen=True)
class Nearest:
    """Another record, and the pass that comes closest to taking the two; `threshold` is what it suggests from."""

    other_record_id: int
    finding: PairFinding
    threshold: int

    @property
    def is_near(self) -> bool:
        """One rule at most keeps the two apart, and a wider one would not."""
        return all(rule.near for rule in self.finding.failed) and len(self.finding.failed) < 2  # noqa: PLR2004


def nearest(
    left: SideInput,
    right: SideInput,
    rules: RuleSet,
    side: Literal["left", "right"],
    record_ids: Iterable[int],
    *,
    most: int = MOST,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> dict[int, list[Nearest]]:
    """The nearest first, by record; whatever became of either since. Only passes one to one are tried.

    `most` bounds how many records are looked at closely for each thing that they have in common with one. Of the other
    side nothing is copied: a few lookups go through it.
    """
    wanted = sorted(set(record_ids))
    if not wanted or not left.snapshots or not right.snapshots:
        return {}
    with DuckDatabase(memory_limit=memory_limit, threads=threads) as database:
        looking = Looking(database, {"left": left, "right": right}, rules)
        looking.excerpt(side, wanted)
        pairs = looking.find(side, most)
        other = "right" if side == "left" else "left"
        looking.excerpt(other, (pair[side == "left"] for pair in pairs))
        best: dict[tuple[int, int], Nearest] = {}
        for asked in looking.asked if pairs else ():
            if asked.part.cardinality == "1:1":
                _keep_best(
                    best,
                    examine(
                        database, asked, (looking.units(asked.plan, "left"), looking.units(asked.plan, "right")), pairs
                    ),
                    asked,
                    side,
                )
    found: dict[int, list[Nearest]] = {}
    for near in sorted(best.values(), key=_distance):
        mine = near.finding.left if side == "left" else near.finding.right
        found.setdefault(mine, []).append(near)
    return found


def _keep_best(best: dict[tuple[int, int], Nearest], findings: Iterable[PairFinding], asked: Asked, side: str) -> None:
    for finding in findings:
        if not any(rule.held for rule in finding.rules):
            continue
        pair = (finding.left, finding.right)
        other = finding.right if side == "left" else finding.left
        near = Nearest(other, finding, asked.part.decide.suggest_at * 100)
        if pair not in best or _distance(near) < _distance(best[pair]):
            best[pair] = near


def _distance(near: Nearest) -> tuple[int, int, int, int]:
    failed = near.finding.failed
    far = sum(not rule.near for rule in failed)
    return len(failed) + far, len(failed), -near.finding.score, near.other_record_id
