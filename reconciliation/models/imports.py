from typing import Any, ClassVar, Self

from django.db import models

from cqrs import ConflictError, NotFoundError
from reconciliation.models.source import Source


class ImportNotFoundError(NotFoundError):
    """The project has no such import."""


class ImportNotPendingError(ConflictError):
    """The import is under way or finished: only one that was proposed, cancelled or has failed can be changed."""


class ImportStatus(models.TextChoices):
    """Only a committed import's records exist for anybody who asks."""

    PROPOSED = "proposed"
    QUEUED = "queued"
    READING = "reading"
    COMMITTED = "committed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"


class ImportKind(models.TextChoices):
    """A correction is one line of a file that a person repaired or decided on; it belongs to that file's import."""

    FILE = "file"
    OPENING = "opening"
    AMENDMENT = "amendment"
    CORRECTION = "correction"


class Import(models.Model):
    """One file brought into a source, and how each decision about reading it was made."""

    PENDING: ClassVar[frozenset[str]] = frozenset({ImportStatus.PROPOSED, ImportStatus.FAILED, ImportStatus.CANCELLED})

    project_id = models.BigIntegerField(db_index=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=10, choices=ImportKind, default=ImportKind.FILE)
    # The import that an amendment or a correction is about, which is neither of the two itself.
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.PROPOSED)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    original_key = models.CharField(max_length=200)
    snapshot_key = models.CharField(max_length=200, blank=True)
    # The lines that the source had already, each with the record that it equals.
    duplicates_key = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=40)
    encoding = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    # All that the file left open when it came; those that the mapping names as undecided still are.
    questions = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    reading_warnings = models.JSONField(default=list)
    accounting = models.JSONField(default=list)
    balances = models.JSONField(default=list)
    records = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    # Of the duplicates, those that may be twins: a person decides.
    doubts = models.PositiveIntegerField(default=0)
    # Records that corrections added; `records` are those of the import's own block of ids.
    corrected = models.PositiveIntegerField(default=0)
    # Records of the amended import that are no longer true, or are replaced by one of this import.
    retired = models.PositiveIntegerField(default=0)
    quality = models.JSONField(default=dict)
    first_record_id = models.BigIntegerField(null=True)
    # The source's when it was committed: lines from before it became no records.
    cut_over_date = models.DateField(null=True)
    # Counts the workers that ever took it up: one that was given up for dead can write no more.
    attempt = models.PositiveIntegerField(default=0)
    # Counts them since a person asked for it.
    tries = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    stages = models.JSONField(default=list)
    # Read by the worker at its next sign of life.
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(blank=True)

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

    def open_questions(self) -> list[dict[str, Any]]:
        undecided = self.mapping.get("undecided", ())
        return [question for question in self.questions if question["decision"] in undecided]

    @classmethod
    def in_project(cls, project_id: int, import_id: int) -> Self:
        try:
            return cls.objects.select_related("source").get(project_id=project_id, pk=import_id)
        except cls.DoesNotExist as error:
            raise ImportNotFoundError(str(import_id)) from error

    @classmethod
    def pending(cls, project_id: int, import_id: int) -> Self:
        """The import, locked until the transaction ends, and still a person's to change."""
        found = cls.in_project(project_id, import_id)
        found = cls.objects.select_for_update(of=("self",)).select_related("source").get(pk=found.pk)
        if found.status not in cls.PENDING:
            raise ImportNotPendingError(f"{found.file_name} is {found.get_status_display().lower()}.")
        return found
