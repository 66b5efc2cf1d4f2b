"""Rows of a run that nobody may see are deleted, in short transactions; the run forgets them last."""

from collections.abc import Callable

from django.db import transaction

from reconciliation.models import Adjustment, GroupStatus, MatchGroup, MatchLeg, Run

GROUPS_AT_ONCE = 20_000


def sweep_staged(run: Run, between: Callable[[], None]) -> None:
    """What a run wrote and never published. A run that is taken up again starts from nothing."""
    first = run.first_group_id or 0
    for start in range(first, first + run.group_count, GROUPS_AT_ONCE):
        block = (start, min(start + GROUPS_AT_ONCE, first + run.group_count) - 1)
        with transaction.atomic():
            MatchLeg.objects.filter(group_id__range=block, run_id=run.pk).delete()
            Adjustment.objects.filter(group_id__range=block, project_id=run.project_id).delete()
            MatchGroup.objects.filter(id__range=block, run_id=run.pk).delete()
        between()
    Run.objects.filter(pk=run.pk).update(staged=False, first_group_id=None, group_count=0)


def sweep_superseded(run: Run, between: Callable[[], None]) -> None:
    """The suggestions of a completed run that a newer one replaced."""
    suggestions = MatchGroup.objects.filter(
        project_id=run.project_id, run_id=run.pk, status=GroupStatus.SUGGESTED
    ).order_by("id")
    while group_ids := list(suggestions.values_list("id", flat=True)[:GROUPS_AT_ONCE]):
        with transaction.atomic():
            MatchLeg.objects.filter(group_id__in=group_ids).delete()
            Adjustment.objects.filter(group_id__in=group_ids).delete()
            MatchGroup.objects.filter(id__in=group_ids).delete()
        between()
    Run.objects.filter(pk=run.pk).update(superseded=False)
