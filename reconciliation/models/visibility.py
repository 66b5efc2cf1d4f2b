"""Which bulk rows exist for everybody.

A run's rows are written before it is published and swept after it is replaced.
"""

from django.db.models import Q

from reconciliation.models.run import Run


def visible(project_id: int, *, suggestion: Q, undecided: Q) -> Q:
    """The condition on groups or legs; `suggestion` tells which rows are suggestions.

    `undecided` tells on which nobody has decided: they go with their run when it is taken back.

    It is one condition of one statement on purpose: two statements would see a run being published in between.
    """
    runs = Run.objects.filter(project_id=project_id)
    staged = Q(run_id__in=runs.filter(staged=True).values("id"))
    replaced = Q(run_id__in=runs.filter(superseded=True).values("id"))
    undone = Q(run_id__in=runs.filter(undone=True).values("id"))
    return ~staged & ~(suggestion & replaced) & ~(undecided & undone)
