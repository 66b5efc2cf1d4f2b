from django.db import models

from reconciliation.ids import Side
from reconciliation.models.never_pair import RefusalKind


class RefusedGroup(models.Model):
    """A group, of more than a pair, that a person refused: no run proposes exactly these records again.

    What a part of them may be is left open: of three lines that do not add up to a payment, one may still pay it.
    """

    project_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=RefusalKind)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"refused group {self.pk}"


class RefusedLeg(models.Model):
    refused_group = models.ForeignKey(RefusedGroup, models.CASCADE, related_name="legs")
    record_id = models.BigIntegerField(db_index=True)
    side = models.CharField(max_length=5, choices=[(side.value, side.value.title()) for side in Side])

    def __str__(self) -> str:
        return f"record {self.record_id} of refused group {self.refused_group_id}"
