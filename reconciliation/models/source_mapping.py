from datetime import datetime

from django.db import models

from reconciliation.models.imports import Import
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

    @classmethod
    def keep(cls, of_import: Import, now: datetime) -> None:
        """The mapping of an import that is committed now, for the source's next file: a new version if it is new."""
        last = cls.objects.filter(source=of_import.source).order_by("-version").first()
        if last is None or last.document != of_import.mapping:
            cls.objects.create(
                source=of_import.source,
                version=last.version + 1 if last else 1,
                document=of_import.mapping,
                created_by=of_import.uploaded_by_name,
                created_at=now,
            )
