"""What people decided about groups of records, as far as it stands today."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from projects.ids import ProjectId
from reconciliation.ids import Side
from reconciliation.models import GroupOrigin, GroupStatus, MatchGroup, MatchLeg, NeverPair, RefusedGroup

Legs = tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True, kw_only=True)
class PastDecision:
    """`decision` is made or confirmed, where people want the group; rejected, unmatched or kept_apart, where not.

    Of a refused pair no group may hold both records, of a larger group none may be exactly that.
    """

    decision: str
    wanted: bool
    legs: Legs
    decided_by: str
    decided_at: datetime
    reason: str

    @property
    def record_ids(self) -> frozenset[int]:
        return self.legs[0] | self.legs[1]

    @property
    def is_pair(self) -> bool:
        return len(self.record_ids) == 2  # noqa: PLR2004  two records are a pair


def past_decisions(project_id: ProjectId) -> list[PastDecision]:
    """Groups that people made or confirmed, and what they refused: in a fixed order."""
    return list(chain(_wanted(project_id), _never(project_id), _refused(project_id)))


def _wanted(project_id: ProjectId) -> Iterator[PastDecision]:
    groups = MatchGroup.objects.of_project(project_id)
    decided = groups.filter(status=GroupStatus.CONFIRMED, decided_at__isnull=False).order_by("id")
    legs: dict[int, dict[str, set[int]]] = defaultdict(lambda: {side: set() for side in Side})
    of_people = MatchLeg.objects.filter(project_id=project_id, run_id=None, confirmed=True)
    for group_id, side, record_id in of_people.values_list("group_id", "side", "record_id").iterator():
        legs[group_id][side].add(record_id)
    for group in decided.iterator():
        yield PastDecision(
            decision="made" if group.origin == GroupOrigin.PERSON else "confirmed",
            wanted=True,
            legs=(frozenset(legs[group.id][Side.LEFT]), frozenset(legs[group.id][Side.RIGHT])),
            decided_by=group.decided_by_name,
            decided_at=group.decided_at or datetime.min,  # noqa: DTZ901  the query asks for those that have one
            reason=group.reason,
        )


def _never(project_id: ProjectId) -> Iterator[PastDecision]:
    for pair in NeverPair.objects.filter(project_id=project_id).order_by("id").iterator():
        yield PastDecision(
            decision=pair.kind,
            wanted=False,
            legs=(frozenset([pair.left_record_id]), frozenset([pair.right_record_id])),
            decided_by=pair.decided_by_name,
            decided_at=pair.decided_at,
            reason=pair.reason,
        )


def _refused(project_id: ProjectId) -> Iterator[PastDecision]:
    for group in RefusedGroup.objects.filter(project_id=project_id).order_by("id").prefetch_related("legs"):
        sides = {side: frozenset(leg.record_id for leg in group.legs.all() if leg.side == side) for side in Side}
        yield PastDecision(
            decision=group.kind,
            wanted=False,
            legs=(sides[Side.LEFT], sides[Side.RIGHT]),
            decided_by=group.decided_by_name,
            decided_at=group.decided_at,
            reason=group.reason,
        )
