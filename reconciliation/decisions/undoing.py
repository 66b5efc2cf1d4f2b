"""A group ends, or a decision on it: what goes, what stays, and that what a person refused is remembered."""

from collections.abc import Sequence
from itertools import combinations, product

from django.db.models import F

from reconciliation.decisions.facts import Verdict
from reconciliation.decisions.groups import LockedGroup
from reconciliation.ids import RecordId, Side
from reconciliation.models import Adjustment, GroupStatus, MatchGroup, MatchLeg, NeverPair, Tally
from reconciliation.models.parts import move_legs, open_again

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


def remember_refusal(locked: LockedGroup, verdict: Verdict) -> None:
    """No pair across the two sides of the group is proposed again; of a contra, no two of its lines."""
    left, right = (locked.record_ids(side) for side in Side)
    pairs = product(left, right) if left and right else combinations(sorted(left or right), 2)
    NeverPair.objects.bulk_create(
        (
            NeverPair(
                project_id=verdict.project_id,
                left_record_id=left,
                right_record_id=right,
                decided_by=verdict.actor.user_id,
                decided_by_name=verdict.actor.name,
                decided_at=verdict.at,
                reason=verdict.reason,
            )
            for left, right in pairs
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def forget_refusal(verdict: Verdict, left: Sequence[RecordId], right: Sequence[RecordId]) -> None:
    """A person who puts records together says more than the one who kept them apart."""
    one, other = (left, right) if left and right else (left or right, left or right)
    NeverPair.objects.filter(project_id=verdict.project_id, left_record_id__in=one, right_record_id__in=other).delete()
