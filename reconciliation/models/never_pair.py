from django.db import models


class RefusalKind(models.TextChoices):
    """How a person came to say that records do not belong together."""

    REJECTED = "rejected"
    UNMATCHED = "unmatched"
    KEPT_APART = "kept_apart"


class NeverPair(models.Model):
    """Two records that a person said do not belong together: no run puts them into one group again."""

    project_id = models.BigIntegerField()
    left_record_id = models.BigIntegerField()
    right_record_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=RefusalKind, default=RefusalKind.REJECTED)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "left_record_id", "right_record_id"], name="never_pair_once")
        ]
        indexes = [models.Index(fields=["project_id", "right_record_id"], name="never_pair_by_right")]

    def __str__(self) -> str:
        return f"never {self.left_record_id} with {self.right_record_id}"
