"""A group ends, or a decision on it: what goes, what stays, and that what a person refused is remembered."""

from collections.abc import Sequence
from itertools import product

from django.db.models import F

from reconciliation.decisions.facts import Verdict
from reconciliation.decisions.groups import LockedGroup
from reconciliation.ids import RecordId, Side
from reconciliation.models import Adjustment, GroupStatus, MatchGroup, MatchLeg, NeverPair, Tally
from reconciliation.models.tallies import move

STATES = {
    GroupStatus.SUGGESTED.value: Tally.State.SUGGESTED,
    GroupStatus.CONFIRMED.value: Tally.State.CONFIRMED,
}


def delete_groups(groups: Sequence[LockedGroup]) -> None:
    """Their records are open from here on, with the ages they had."""
    for locked in groups:
        move(
            locked.group.project_id, (leg.record_id for leg in locked.legs), gone=STATES[locked.group.status], come=None
        )
    group_ids = [locked.id for locked in groups]
    for rows in (Adjustment.objects, MatchLeg.objects):
        rows.filter(group_id__in=group_ids).delete()
    MatchGroup.objects.filter(id__in=group_ids).delete()


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
    MatchLeg.objects.filter(group_id=locked.id).update(confirmed=False)
    record_ids = [leg.record_id for leg in locked.legs]
    move(locked.group.project_id, record_ids, gone=Tally.State.CONFIRMED, come=Tally.State.SUGGESTED)


def remember_refusal(locked: LockedGroup, verdict: Verdict) -> None:
    """No pair across the two sides of the group is proposed again."""
    pairs = product(locked.record_ids(Side.LEFT), locked.record_ids(Side.RIGHT))
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
    NeverPair.objects.filter(project_id=verdict.project_id, left_record_id__in=left, right_record_id__in=right).delete()
