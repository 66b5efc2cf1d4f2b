from decimal import Decimal
from typing import ClassVar, Self

from django.db import models

from reconciliation.models.visibility import visible
from reconciliation.money import to_decimal


class GroupStatus(models.TextChoices):
    """Found by the machine and awaiting a person, or final."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"


class GroupOrigin(models.TextChoices):
    MACHINE = "machine"
    PERSON = "person"


class MatchGroupQuerySet(models.QuerySet["MatchGroup"]):
    def of_project(self, project_id: int) -> Self:
        """The groups that exist for everybody: neither half-written nor replaced by a newer run."""
        return self.filter(
            visible(
                project_id,
                suggestion=models.Q(status=GroupStatus.SUGGESTED),
                undecided=models.Q(decided_at__isnull=True),
            ),
            project_id=project_id,
        )


class MatchGroup(models.Model):
    """Records that belong together. Bulk: no foreign keys, ids come from `IdBlock`, a run's groups written by COPY.

    `difference` is sum(left) - sum(right), the plain sum when the group is one-sided, as an integer at `scale`;
    `reasons` and `alternatives` are JSON lists as text. A group exists while it is suggested or confirmed; the event
    log keeps what became of it. Across currencies `currency` is the left one's, and `rate` what one unit of the right
    one is worth in it: a decimal as text, with the day and the table that it was taken from.
    """

    id = models.BigIntegerField(primary_key=True)
    project_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=9, choices=GroupStatus)
    origin = models.CharField(max_length=7, choices=GroupOrigin)
    pass_name = models.TextField(blank=True)
    score = models.IntegerField()
    currency = models.TextField()
    scale = models.SmallIntegerField()
    difference = models.BigIntegerField()
    reasons = models.TextField(default="[]")
    alternatives = models.TextField(null=True)
    rate = models.TextField(null=True)
    rate_date = models.DateField(null=True)
    rate_source = models.TextField(null=True)
    version = models.IntegerField(default=1)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    # Why a confirmed group has to be looked at again: its records changed under it. Empty is no reason.
    review = models.TextField(blank=True, db_default="")

    objects: ClassVar[models.Manager["MatchGroup"]] = MatchGroupQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["project_id", "id"], name="group_by_project"),
            # The queue that people work through: few among many.
            models.Index(fields=["project_id", "id"], condition=models.Q(status="suggested"), name="group_suggested"),
            models.Index(fields=["project_id", "id"], condition=~models.Q(review=""), name="group_in_review"),
        ]

    def __str__(self) -> str:
        return f"group {self.id}"

    @property
    def net(self) -> Decimal:
        return to_decimal(self.difference, self.scale)
