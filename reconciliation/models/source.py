from typing import Self

from django.db import models

from cqrs import NotFoundError
from reconciliation.ids import Side


class SourceNotFoundError(NotFoundError):
    """The project has no such source."""


class Source(models.Model):
    """One system that tells the story: a bank account, a ledger, a processor."""

    project_id = models.BigIntegerField()
    side = models.CharField(max_length=5, choices=[(side.value, side.value.title()) for side in Side])
    name = models.CharField(max_length=200)
    account = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()
    # Lines before this day were settled before the project began: they are accounted for, but no records.
    cut_over_date = models.DateField(null=True)
    # What the account stood at then: currency to decimal number as text.
    opening_balances = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "name"], name="source_name_once_per_project")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_project(cls, project_id: int, source_id: int) -> Self:
        try:
            return cls.objects.get(project_id=project_id, pk=source_id)
        except cls.DoesNotExist as error:
            raise SourceNotFoundError(str(source_id)) from error
