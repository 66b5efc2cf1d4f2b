from typing import Self

from django.db import models

from cqrs import NotFoundError
from reconciliation.models.database_connection import DatabaseConnection
from reconciliation.models.source import Source


class ExtractionNotFoundError(NotFoundError):
    """The project has no such extraction."""


class ExtractionStatus(models.TextChoices):
    """`done` means that its import is there to be looked at."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Extraction(models.Model):
    """One query against a database, whose rows become an import of a source."""

    project_id = models.BigIntegerField(db_index=True)
    connection = models.ForeignKey(DatabaseConnection, models.CASCADE, related_name="extractions")
    source = models.ForeignKey(Source, models.CASCADE, related_name="extractions")
    statement = models.TextField()
    status = models.CharField(max_length=6, choices=ExtractionStatus, default=ExtractionStatus.QUEUED)
    rows = models.BigIntegerField(default=0)
    import_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)
    requested_by = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.connection} into {self.source}"

    @classmethod
    def in_project(cls, project_id: int, extraction_id: int) -> Self:
        try:
            return cls.objects.select_related("connection", "source").get(project_id=project_id, pk=extraction_id)
        except cls.DoesNotExist as error:
            raise ExtractionNotFoundError(str(extraction_id)) from error
