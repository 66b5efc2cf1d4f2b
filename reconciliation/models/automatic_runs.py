from django.db import models
from django.db.models import Q

DEFAULT_HOURS = 24
MOST_HOURS = 24 * 60


class AutomaticRuns(models.Model):
    """Whether a project runs by itself when both sides have arrived, and which side a reminder says is missing."""

    project_id = models.BigIntegerField(primary_key=True)
    enabled = models.BooleanField()
    remind_after_hours = models.PositiveSmallIntegerField(default=DEFAULT_HOURS)
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    # Both or neither: the reminder stands until the side arrives, or somebody runs without it.
    missing_side = models.CharField(max_length=5, blank=True)
    waiting_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "automatic runs"
        constraints = [
            models.CheckConstraint(
                condition=Q(missing_side="", waiting_since__isnull=True)
                | ~Q(missing_side="") & Q(waiting_since__isnull=False),
                name="reminder_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Automatic runs of project {self.project_id}"
