"""Suggestions become final: the same for one and for many."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from cqrs import event_bus
from reconciliation.decisions.balance import require_balance
from reconciliation.decisions.facts import Verdict, described, facts
from reconciliation.decisions.groups import LockedGroup
from reconciliation.decisions.locks import RecordTakenError, require_open
from reconciliation.decisions.parts import fit_parts
from reconciliation.events import MatchConfirmed
from reconciliation.models import GroupStatus, MatchGroup, MatchLeg, Tally
from reconciliation.models.parts import move_legs


def confirm(groups: Sequence[LockedGroup], verdict: Verdict) -> None:
    """All of them or none: one that is taken, confirmed already or unbalanced refuses the rest."""
    for locked in groups:
        locked.require_status(GroupStatus.SUGGESTED)
        require_balance(locked.group, locked.adjustments)
    legs = [leg for locked in groups for leg in locked.legs]
    require_open(verdict.project_id, [leg.record_id for leg in legs])
    fit_parts(verdict.project_id, legs)

    try:
        with transaction.atomic():
            _make_final([locked.id for locked in groups], legs, verdict)
    except IntegrityError as error:  # only I1's index means this: rows of a failed run that wait to be swept
        raise RecordTakenError from error

    move_legs(verdict.project_id, legs, gone=Tally.State.SUGGESTED, come=Tally.State.CONFIRMED)
    for locked in groups:
        replaced = None if locked.replaced is None else described(locked.replaced)
        event_bus.publish(MatchConfirmed(**facts(locked, verdict), run_id=locked.run_id, proposed_adjustments=replaced))


def _make_final(group_ids: Sequence[int], legs: Sequence[MatchLeg], verdict: Verdict) -> None:
    MatchGroup.objects.filter(id__in=group_ids).update(
        status=GroupStatus.CONFIRMED,
        version=F("version") + 1,
        decided_by=verdict.actor.user_id,
        decided_by_name=verdict.actor.name,
        decided_at=verdict.at,
        reason=verdict.reason,
    )
    of_groups = MatchLeg.objects.filter(group_id__in=group_ids)
    of_groups.filter(allocated=None).update(confirmed=True, run_id=None)
    for leg in legs:
        if leg.allocated is not None:
            of_groups.filter(group_id=leg.group_id, record_id=leg.record_id).update(
                confirmed=True, closes=leg.closes, run_id=None
            )
