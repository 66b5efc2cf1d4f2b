from django.db import models

from reconciliation.models.source import Source


class SourceMapping(models.Model):
    """One version of how a source's columns become a record's fields; saved when an import commits with it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="mappings")
    version = models.PositiveIntegerField()
    document = models.JSONField()
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "version"], name="mapping_version_once_per_source")]

    def __str__(self) -> str:
        return f"{self.source} v{self.version}"
