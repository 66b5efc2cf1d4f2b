"""What a run would make of the open items: counts and sums by pass, samples, and what becomes of the suggestions."""

import json
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from projects.ids import ProjectId
from reconciliation.engine import Outcome
from reconciliation.ids import Side
from reconciliation.models import MatchLeg
from reconciliation.money import to_decimal
from reconciliation.rules import RuleSet
from reconciliation.simulating.findings import FoundGroup, PassFigures, Suggestions
from reconciliation.simulating.past import Legs

SAMPLES = 5  # of each pass and status
SCORE_SCALE = 4


def pass_figures(outcome: Outcome, rules: RuleSet) -> Iterator[PassFigures]:
    """In the order of the passes; sums are exact, however large."""
    order = {part.name: place for place, part in enumerate(rules.passes)}
    keys = ["pass_name", "currency", "scale", "status"]
    sums: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    wide = outcome.groups.select(keys)
    for side in Side:
        wide = wide.append_column(side, outcome.groups[f"{side}_amount"].cast(pa.decimal128(38, 0)))
    added = wide.group_by(keys).aggregate([("left", "sum"), ("right", "sum"), ([], "count_all")])
    for row in added.to_pylist():
        line = sums[row["pass_name"], row["currency"], row["scale"]]
        line[row["status"] == "suggested"] += row["count_all"]
        line[2] += int(row["left_sum"] or 0)
        line[3] += int(row["right_sum"] or 0)
    for (name, currency, scale), (confirmed, suggested, left, right) in sorted(
        sums.items(), key=lambda found: (order.get(found[0][0], 0), found[0])
    ):
        yield PassFigures(
            pass_name=name,
            currency=currency,
            confirmed=confirmed,
            suggested=suggested,
            left_amount=str(to_decimal(left, scale)),
            right_amount=str(to_decimal(right, scale)),
        )


def samples(outcome: Outcome, rules: RuleSet) -> Iterator[FoundGroup]:
    """The first groups of each pass, confirmed and suggested."""
    names, statuses = outcome.groups["pass_name"], outcome.groups["status"]
    for part in rules.passes:
        for status in ("confirmed", "suggested"):
            same = pc.and_(pc.equal(names, pa.scalar(part.name)), pc.equal(statuses, pa.scalar(status)))
            rows = outcome.groups.filter(same).slice(0, SAMPLES)
            legs = legs_of(outcome.legs.filter(pc.is_in(outcome.legs["group"], rows["group"].combine_chunks())))
            for row in rows.to_pylist():
                left, right = legs[row["group"]]
                yield FoundGroup(
                    pass_name=part.name,
                    status=status,
                    score=str(to_decimal(row["score"], SCORE_SCALE)),
                    currency=row["currency"],
                    difference=f"{to_decimal(row['difference'], row['scale']):f}",
                    left=tuple(sorted(left)),
                    right=tuple(sorted(right)),
                    reasons=tuple(json.loads(row["reasons"])),
                )


def suggestions(project_id: ProjectId, outcome: Outcome) -> Suggestions:
    """Today's suggestions: how many the rules would confirm, suggest again as they are, or no longer make."""
    legs = MatchLeg.objects.of_project(project_id).filter(confirmed=False)
    standing: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for group_id, side, record_id in legs.values_list("group_id", "side", "record_id").iterator():
        standing[group_id][side == Side.RIGHT].add(record_id)
    held = np.fromiter((record for sides in standing.values() for side in sides for record in side), np.int64)
    touched = pc.unique(outcome.legs["group"].filter(pc.is_in(outcome.legs["record_id"], pa.array(held, pa.int64()))))
    found = legs_of(outcome.legs.filter(pc.is_in(outcome.legs["group"], touched)))
    groups = outcome.groups.filter(pc.is_in(outcome.groups["group"], touched))
    status = dict(zip(groups["group"].to_pylist(), groups["status"].to_pylist(), strict=True))
    by_legs = {sides: status[number] for number, sides in found.items()}
    fates = [by_legs.get((frozenset(left), frozenset(right))) for left, right in standing.values()]
    return Suggestions(
        standing=len(fates),
        confirmed=fates.count("confirmed"),
        again=fates.count("suggested"),
        gone=fates.count(None),
    )


def legs_of(legs: pa.Table) -> dict[int, Legs]:
    sides: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for leg in legs.to_pylist():
        sides[leg["group"]][leg["side"] == "right"].add(leg["record_id"])
    return {number: (frozenset(left), frozenset(right)) for number, (left, right) in sides.items()}
