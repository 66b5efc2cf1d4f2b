"""What a corrected file does to the groups that hold its records: decisions stand where nothing changed.

A suggestion goes; the next run makes it anew. A confirmed group stays, with the new version of its records in the place
of the old one, and asks to be looked at again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from projects.ids import ProjectId
from reconciliation.decisions.groups import LockedGroup, lock_groups
from reconciliation.decisions.locks import enter_decision
from reconciliation.decisions.undoing import delete_groups
from reconciliation.ids import GroupId, Side
from reconciliation.models import GroupStatus, Import, MatchGroup, MatchLeg, Record, RetiredRecord, Tally
from reconciliation.models.parts import move_legs
from reconciliation.money import InexactAmountError, rescale

GROUPS_AT_ONCE = 500


@dataclass(frozen=True)
class Regrouped:
    """How many confirmed groups have to be looked at again, and how many suggestions went."""

    in_review: int
    dropped: int


@dataclass(frozen=True)
class Replaced:
    """The retired records of some groups, and what replaces each of them, if anything does."""

    old: dict[int, Record]
    new: dict[int, Record]


def regroup(amendment: Import) -> Regrouped:
    """For an amendment that is about to be committed; nobody else decides until the transaction ends."""
    project_id = ProjectId(amendment.project_id)
    enter_decision(project_id)
    retired = RetiredRecord.objects.filter(import_id=amendment.pk)
    legs = MatchLeg.objects.of_project(project_id).filter(record_id__in=retired.values("record_id"))
    held = MatchGroup.objects.of_project(project_id).filter(id__in=legs.values("group_id"))
    dropped = in_review = 0
    for groups in _locked(project_id, held.filter(status=GroupStatus.SUGGESTED)):
        delete_groups(groups)
        dropped += len(groups)
    for groups in _locked(project_id, held.filter(status=GroupStatus.CONFIRMED)):
        replaced = _replaced(amendment, groups)
        empty = [group for group in groups if not _carry_over(group, replaced, amendment.file_name)]
        delete_groups(empty)  # last: it opens again what others of them use of the same records
        in_review += len(groups) - len(empty)
    return Regrouped(in_review, dropped)


def _locked(project_id: ProjectId, groups: QuerySet[MatchGroup]) -> Iterator[tuple[LockedGroup, ...]]:
    ids = [GroupId(group_id) for group_id in groups.order_by("id").values_list("id", flat=True)]
    for start in range(0, len(ids), GROUPS_AT_ONCE):
        yield lock_groups(project_id, ids[start : start + GROUPS_AT_ONCE])


def _replaced(amendment: Import, groups: Sequence[LockedGroup]) -> Replaced:
    record_ids = [leg.record_id for group in groups for leg in group.legs]
    retired = RetiredRecord.objects.filter(import_id=amendment.pk, record_id__in=record_ids)
    pairs = dict(retired.values_list("record_id", "replaced_by"))
    records = Record.objects.in_bulk([*pairs, *(new for new in pairs.values() if new is not None)])
    return Replaced(
        old={record_id: records[record_id] for record_id in pairs},
        new={record_id: records[new] for record_id, new in pairs.items() if new is not None},
    )


def _carry_over(locked: LockedGroup, replaced: Replaced, file_name: str) -> bool:
    """Whether anything is left of the group to look at."""
    gone = [leg for leg in locked.legs if leg.record_id in replaced.old]
    come = [carried for leg in gone if (carried := _carried(leg, replaced)) is not None]
    kept = [leg for leg in locked.legs if leg.record_id not in replaced.old]
    if not kept and not come:
        return False
    project_id = locked.group.project_id
    move_legs(project_id, gone, gone=Tally.State.CONFIRMED, come=None)
    MatchLeg.objects.filter(group_id=locked.id, record_id__in=[leg.record_id for leg in gone]).delete()
    MatchLeg.objects.bulk_create(come)
    move_legs(project_id, come, gone=None, come=Tally.State.CONFIRMED)
    MatchGroup.objects.filter(id=locked.id).update(
        difference=_difference([*kept, *come]),
        review=_why(file_name, changed=len(come), withdrawn=len(gone) - len(come)),
        version=F("version") + 1,
    )
    return True


def _carried(leg: MatchLeg, replaced: Replaced) -> MatchLeg | None:
    """The leg with the new version of its record; none where that is missing, or cannot be used as the old one was."""
    old, new = replaced.old[leg.record_id], replaced.new.get(leg.record_id)
    if new is None or new.currency != old.currency or (new.amount is None) != (old.amount is None):
        return None
    amount = leg.amount
    if new.money != old.money:
        recounted = _recounted(leg, old, new)
        if recounted is None:
            return None
        amount = recounted
    return MatchLeg(
        group_id=leg.group_id,
        record_id=new.id,
        run_id=leg.run_id,
        project_id=leg.project_id,
        side=leg.side,
        amount=amount,
        scale=leg.scale,
        confirmed=leg.confirmed,
        allocated=leg.allocated,
        closes=leg.closes,
    )


def _recounted(leg: MatchLeg, old: Record, new: Record) -> int | None:
    """The new amount with the sign and at the scale of the leg, where that is all of the record at its face value."""
    if leg.allocated is not None:
        return None
    try:
        before = rescale(old.amount or 0, old.scale, leg.scale)
        after = rescale(new.amount or 0, new.scale, leg.scale)
    except InexactAmountError:
        return None
    if leg.amount not in (before, -before):
        return None
    return after if leg.amount == before else -after


def _difference(legs: Sequence[MatchLeg]) -> int:
    """Left minus right, or the plain sum where one side is left, as of any group (I2)."""
    two_sided = len({leg.side for leg in legs}) > 1
    return sum(-leg.amount if two_sided and leg.side == Side.RIGHT else leg.amount for leg in legs)


def _why(file_name: str, *, changed: int, withdrawn: int) -> str:
    parts = [f"changes {changed} of its records"] if changed else []
    parts += [f"no longer has {withdrawn} of them" if changed else f"no longer has {withdrawn} of its records"] * bool(
        withdrawn
    )
    return f"{file_name} {' and '.join(parts)}."
