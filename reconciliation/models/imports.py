from django.db import models

from reconciliation.models.source import Source


class ImportStatus(models.TextChoices):
    """Only a committed import's records exist for anybody who asks."""

    PROPOSED = "proposed"
    QUEUED = "queued"
    READING = "reading"
    COMMITTED = "committed"
    FAILED = "failed"
    DISCARDED = "discarded"


class Import(models.Model):
    """One file brought into a source, and how each decision about reading it was made."""

    project_id = models.BigIntegerField(db_index=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="imports")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.PROPOSED)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    original_key = models.CharField(max_length=200)
    snapshot_key = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=40)
    encoding = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    accounting = models.JSONField(default=list)
    balances = models.JSONField(default=dict)
    records = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    first_record_id = models.BigIntegerField(null=True)
    progress = models.PositiveSmallIntegerField(default=0)
    stages = models.JSONField(default=list)
    error = models.TextField(blank=True)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "sha256"], name="import_by_bytes")]
        constraints = [
            # Two imports of the same bytes cannot both win, whichever worker comes last.
            models.UniqueConstraint(
                fields=["source", "sha256"],
                condition=models.Q(status=ImportStatus.COMMITTED),
                name="bytes_committed_once_per_source",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
