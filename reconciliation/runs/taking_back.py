"""What a run matched and nobody decided on, hidden at once and then deleted in short chunks."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from cqrs import event_bus
from projects.ids import ProjectId
from reconciliation.decisions.locks import shut_out_decisions
from reconciliation.events import RunUndone
from reconciliation.ids import RunId, Side
from reconciliation.models import Adjustment, MatchGroup, MatchLeg, Run, Tally
from reconciliation.models.parts import counted_parts, open_again
from reconciliation.models.run_claim import RunClaim
from reconciliation.models.tallies import Counted, add
from reconciliation.runs.counting import counted_records
from reconciliation.runs.sides import ROWS_AT_ONCE, brought_in
from reconciliation.storage import Storage

GROUPS_AT_ONCE = 20_000


@dataclass(frozen=True)
class TakenBack:
    """How the standing moves, and how many groups go and stay."""

    confirmed: list[Counted]
    suggested: list[Counted]
    used_in_part: list[int]
    groups: int
    standing: int


def survey(run: Run, storage: Storage) -> TakenBack:
    """Outside of any transaction: nobody decides meanwhile, so that nothing of it changes before it is published."""
    project_id = ProjectId(run.project_id)
    brought = [each for side in Side for each in brought_in(project_id, side, storage)]
    legs = MatchLeg.objects.of_project(project_id).filter(run_id=run.pk)
    counted = {}
    for confirmed in (True, False):
        ids = legs.filter(confirmed=confirmed, allocated=None).values_list("record_id", flat=True)
        whole = counted_records(brought, np.fromiter(ids.iterator(ROWS_AT_ONCE), np.int64))
        parts = legs.filter(confirmed=confirmed, allocated__isnull=False)
        rows = parts.values_list("record_id", "allocated", "scale", "closes")
        listed = [(record, used or 0, scale, closes or not confirmed) for record, used, scale, closes in rows]
        counted[confirmed] = [*whole, *counted_parts(listed)]
    in_part = legs.filter(allocated__isnull=False).values_list("record_id", flat=True)
    groups = MatchGroup.objects.of_project(project_id).filter(run_id=run.pk)
    gone = groups.filter(decided_at=None).count()
    return TakenBack(counted[True], counted[False], list(in_part), gone, groups.count() - gone)


@transaction.atomic
def hide(claim: RunClaim, found: TakenBack) -> None:
    """They are gone for everybody, and the standing says so; from here on people decide again."""
    run = claim.run
    project_id = ProjectId(run.project_id)
    shut_out_decisions(project_id)
    figures = run.figures | {"taken_back_groups": found.groups, "standing_groups": found.standing}
    claim.update(undone=True, figures=figures)
    add(run.project_id, Tally.State.CONFIRMED, found.confirmed, -1)
    add(run.project_id, Tally.State.SUGGESTED, found.suggested, -1)
    open_again(run.project_id, found.used_in_part)
    event_bus.publish(
        RunUndone(
            project_id=project_id,
            run_id=RunId(run.pk),
            taken_back_groups=found.groups,
            standing_groups=found.standing,
            undone_by=run.undone_by_name,
            reason=run.undone_because,
        )
    )


def sweep(run: Run, between: Callable[[], None]) -> None:
    """Deletes what is hidden; adjustments of the groups that stand stay."""
    hidden = MatchGroup.objects.filter(project_id=run.project_id, run_id=run.pk, decided_at=None).order_by("id")
    while group_ids := list(hidden.values_list("id", flat=True)[:GROUPS_AT_ONCE]):
        block = (group_ids[0], group_ids[-1])
        with transaction.atomic():
            MatchLeg.objects.filter(group_id__range=block, run_id=run.pk).delete()
            going = hidden.filter(id__range=block).order_by()
            Adjustment.objects.filter(group_id__in=going.values("id")).delete()
            going.delete()
        between()
