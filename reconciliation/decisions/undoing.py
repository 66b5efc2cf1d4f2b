"""A group ends, or a decision on it: what goes, what stays, and that what a person refused is remembered."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from django.db.models import F

from reconciliation.decisions.facts import Verdict
from reconciliation.decisions.groups import LockedGroup
from reconciliation.ids import RecordId, Side
from reconciliation.models import (
    Adjustment,
    GroupStatus,
    MatchGroup,
    MatchLeg,
    NeverPair,
    RefusalKind,
    RefusedGroup,
    RefusedLeg,
    Tally,
)
from reconciliation.models.parts import move_legs, open_again

PAIR = 2
STATES = {
    GroupStatus.SUGGESTED.value: Tally.State.SUGGESTED,
    GroupStatus.CONFIRMED.value: Tally.State.CONFIRMED,
}


def delete_groups(groups: Sequence[LockedGroup]) -> None:
    """Their records are open from here on, with the ages they had."""
    for locked in groups:
        move_legs(locked.group.project_id, locked.legs, gone=STATES[locked.group.status], come=None)
    group_ids = [locked.id for locked in groups]
    for rows in (Adjustment.objects, MatchLeg.objects):
        rows.filter(group_id__in=group_ids).delete()
    MatchGroup.objects.filter(id__in=group_ids).delete()
    for locked in groups:
        open_again(locked.group.project_id, _used_in_part(locked))


def suggest_again(locked: LockedGroup) -> None:
    """The confirmed group awaits a person, as before somebody confirmed it."""
    MatchGroup.objects.filter(id=locked.id).update(
        status=GroupStatus.SUGGESTED,
        version=F("version") + 1,
        decided_by=None,
        decided_by_name="",
        decided_at=None,
        reason="",
    )
    MatchLeg.objects.filter(group_id=locked.id).update(confirmed=False, run_id=locked.run_id)
    move_legs(locked.group.project_id, locked.legs, gone=Tally.State.CONFIRMED, come=Tally.State.SUGGESTED)
    open_again(locked.group.project_id, _used_in_part(locked))


def _used_in_part(locked: LockedGroup) -> list[int]:
    return [leg.record_id for leg in locked.legs if leg.allocated is not None]


def remember_refusal(locked: LockedGroup, verdict: Verdict, kind: RefusalKind) -> None:
    """A pair is never put together again; of a larger group exactly these records are never proposed again."""
    record_ids = sorted(leg.record_id for leg in locked.legs)
    if len(record_ids) == PAIR:
        left, right = locked.record_ids(Side.LEFT), locked.record_ids(Side.RIGHT)
        keep_apart([(left[0], right[0]) if left and right else (record_ids[0], record_ids[1])], verdict, kind)
        return
    refused = RefusedGroup.objects.create(kind=kind, **_by(verdict))
    RefusedLeg.objects.bulk_create(
        RefusedLeg(refused_group=refused, record_id=leg.record_id, side=leg.side) for leg in locked.legs
    )


def keep_apart(pairs: Sequence[tuple[int, int]], verdict: Verdict, kind: RefusalKind) -> None:
    """What was kept apart before keeps its first reason."""
    NeverPair.objects.bulk_create(
        (NeverPair(left_record_id=left, right_record_id=right, kind=kind, **_by(verdict)) for left, right in pairs),
        ignore_conflicts=True,
        batch_size=1000,
    )


class _By(TypedDict):
    project_id: int
    decided_by: int | None
    decided_by_name: str
    decided_at: datetime
    reason: str


def _by(verdict: Verdict) -> _By:
    return _By(
        project_id=verdict.project_id,
        decided_by=verdict.actor.user_id,
        decided_by_name=verdict.actor.name,
        decided_at=verdict.at,
        reason=verdict.reason,
    )


def forget_refusal(verdict: Verdict, left: Sequence[RecordId], right: Sequence[RecordId]) -> None:
    """A person who puts records together says more than the one who kept them apart."""
    one, other = (left, right) if left and right else (left or right, left or right)
    NeverPair.objects.filter(project_id=verdict.project_id, left_record_id__in=one, right_record_id__in=other).delete()
    together = {*left, *right}
    refused = RefusedGroup.objects.filter(project_id=verdict.project_id, legs__record_id__in=together).distinct()
    for group in refused.prefetch_related("legs"):
        if {leg.record_id for leg in group.legs.all()} == together:
            group.delete()
