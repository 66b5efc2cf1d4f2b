from typing import Self

from django.db import models

from cqrs import NotFoundError
from reconciliation.models.source import Source


class PickUpNotFoundError(NotFoundError):
    """Nothing is picked up for this source."""


class WhenDone(models.TextChoices):
    """What becomes of a file in its folder once it is imported."""

    LEAVE = "leave"
    MOVE = "move"


class PickUp(models.Model):
    """A folder, anywhere that fsspec reaches, whose files are imported into a source by themselves."""

    project_id = models.BigIntegerField(db_index=True)
    source = models.OneToOneField(Source, models.CASCADE, related_name="pick_up")
    url = models.CharField(max_length=500)
    pattern = models.CharField(max_length=200, default="*")
    every_minutes = models.PositiveIntegerField()
    when_done = models.CharField(max_length=5, choices=WhenDone, default=WhenDone.LEAVE)
    enabled = models.BooleanField(default=True)
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    # Why the folder could not be looked into the last time.
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.url}/{self.pattern}"

    @classmethod
    def in_project(cls, project_id: int, source_id: int) -> Self:
        try:
            return cls.objects.select_related("source").get(project_id=project_id, source_id=source_id)
        except cls.DoesNotExist as error:
            raise PickUpNotFoundError(str(source_id)) from error
