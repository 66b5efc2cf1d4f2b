from django.db import models

from reconciliation.models.imports import Import


class RejectedLineRow(models.Model):
    """A line that became no record, as it was written, and why."""

    of_import = models.ForeignKey(Import, models.CASCADE, db_column="import_id", related_name="rejected_lines")
    line = models.BigIntegerField()
    field = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    raw = models.TextField(blank=True)

    class Meta:
        db_table = "reconciliation_rejectedline"
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
