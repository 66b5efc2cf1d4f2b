from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from reconciliation.models.rule_set_version import RuleSetVersion
from reconciliation.models.source import Source


class RunStatus(models.TextChoices):
    """A queued, running or publishing run is active; a project has one at most that is active or being undone."""

    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHING = "publishing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.PUBLISHING)
BUSY = (*ACTIVE, RunStatus.UNDOING)


class RunQuerySet(models.QuerySet["Run"]):
    def active(self, project_id: int) -> Self:
        return self.filter(project_id=project_id, status__in=ACTIVE)

    def latest_first(self, project_id: int) -> Self:
        return self.filter(project_id=project_id).order_by("-id")


class Run(models.Model):
    """One execution of a rule-set version over the open items up to a cut-off.

    Its groups have consecutive ids from `first_group_id`, so that they can be swept without an index of their own.
    """

    project_id = models.BigIntegerField()
    rule_set = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="runs")
    # Null means every source of that side.
    left_source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    right_source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    cut_off = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=100, blank=True)
    stages = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    # What the user should know about limits that the run met (I13).
    notes = models.JSONField(default=list)
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    # Counts the workers that took it up: one that was given up for dead can write no more.
    attempt = models.PositiveSmallIntegerField(default=0)
    # How often a worker that was told to stop gave it back: that says nothing against the run.
    handed_back = models.PositiveSmallIntegerField(default=0)
    started_by = models.BigIntegerField(null=True)
    started_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    first_group_id = models.BigIntegerField(null=True)
    group_count = models.PositiveIntegerField(default=0)
    # Its rows are being written, or wait to be swept: nobody may see any of them.
    staged = models.BooleanField(default=False)
    # A newer run replaced its suggestions: nobody may see those, until they are swept.
    superseded = models.BooleanField(default=False)
    # A person took it back: nobody may see those of its groups that nobody decided on, until they are swept.
    undone = models.BooleanField(default=False)
    undone_by = models.BigIntegerField(null=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_because = models.TextField(blank=True)

    objects: ClassVar[models.Manager["Run"]] = RunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["project_id", "-id"], name="run_by_project")]
        constraints = [
            models.UniqueConstraint(fields=["project_id"], condition=Q(status__in=BUSY), name="one_active_run")
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE
