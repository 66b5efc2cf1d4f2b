from django.db import models

from reconciliation.models.imports import Import


class DuplicateDecision(models.Model):
    """What a person said of a line that equals a record: the newest of a line's decisions holds."""

    class Choice(models.TextChoices):
        """Keep: the line is a payment of its own. Drop: it is the one that the source has."""

        KEEP = "keep"
        DROP = "drop"

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="duplicate_decisions")
    # The row in the import's Parquet file of duplicates.
    place = models.PositiveIntegerField()
    choice = models.CharField(max_length=4, choices=Choice)
    # The import of one line that a kept line became.
    correction = models.ForeignKey(Import, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField()
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["of_import", "place", "-id"], name="decision_by_line")]

    def __str__(self) -> str:
        return f"{self.choice} row {self.place} of {self.of_import}"
