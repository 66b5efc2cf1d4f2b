from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from reconciliation.ids import Side
from reconciliation.models.visibility import visible


class MatchLegQuerySet(models.QuerySet["MatchLeg"]):
    def of_project(self, project_id: int) -> Self:
        """The legs that exist for everybody: neither half-written nor replaced by a newer run."""
        return self.filter(visible(project_id, suggestion=Q(confirmed=False), undecided=Q()), project_id=project_id)


class MatchLeg(models.Model):
    """One record in one group. Bulk, like its group; it is deleted when the group comes undone.

    `amount` is what the record counts in the group, in the group's currency and after the sign convention. `allocated`
    is what the group uses of a record that it does not use up, at `scale` and with the record's own sign; null is all
    of it. `closes` says that nothing of the record is left open once the leg is confirmed. `run_id` is null once a
    person has decided on the group: the leg no longer goes with its run.
    """

    pk = models.CompositePrimaryKey("group_id", "record_id")
    group_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    project_id = models.BigIntegerField()
    side = models.CharField(max_length=5, choices=[(side.value, side.value.title()) for side in Side])
    amount = models.BigIntegerField()
    scale = models.SmallIntegerField()
    confirmed = models.BooleanField()
    allocated = models.BigIntegerField(null=True)
    closes = models.BooleanField(default=True)

    objects: ClassVar[models.Manager["MatchLeg"]] = MatchLegQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["record_id"], condition=Q(confirmed=False), name="leg_suggested"),
            models.Index(fields=["record_id"], condition=Q(allocated__isnull=False), name="leg_allocated"),
        ]
        constraints = [
            # I1: one confirmed group at most uses a record up; allocations before it leave the rest of the record open.
            models.UniqueConstraint(
                fields=["record_id"], condition=Q(confirmed=True, closes=True), name="record_confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return f"record {self.record_id} in group {self.group_id}"
