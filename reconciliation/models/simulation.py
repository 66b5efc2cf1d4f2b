from typing import Self

from django.db import models
from django.db.models import Q

from cqrs import NotFoundError


class SimulationNotFoundError(NotFoundError):
    """There is no such simulation in this project."""


class SimulationStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


SIMULATING = (SimulationStatus.QUEUED, SimulationStatus.RUNNING)


class Simulation(models.Model):
    """What a rule set would do, computed beside the project: no record, no group and no tally is touched by it.

    `findings` is the JSON form of `reconciliation.simulating.findings.Findings`.
    """

    project_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    document = models.JSONField()
    cut_off = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=SimulationStatus, default=SimulationStatus.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=100, blank=True)
    findings = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    # Counts the workers that took it up: one that was given up for dead can write no more.
    attempt = models.PositiveSmallIntegerField(default=0)
    requested_by = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project_id", "-id"], name="simulation_by_project")]
        constraints = [
            models.UniqueConstraint(fields=["project_id"], condition=Q(status__in=SIMULATING), name="one_simulation")
        ]

    def __str__(self) -> str:
        return f"simulation {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.status in SIMULATING

    @classmethod
    def in_project(cls, project_id: int, simulation_id: int) -> Self:
        try:
            return cls.objects.get(project_id=project_id, pk=simulation_id)
        except cls.DoesNotExist as error:
            raise SimulationNotFoundError(str(simulation_id)) from error
