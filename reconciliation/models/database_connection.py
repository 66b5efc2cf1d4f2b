from typing import Self

from django.db import models

from cqrs import NotFoundError


class ConnectionNotFoundError(NotFoundError):
    """The project has no such database connection."""


class DatabaseConnection(models.Model):
    """A database that sources are read from. Its address is shown, its password is sealed and never shown again."""

    project_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    # The URL without the password.
    address = models.CharField(max_length=500)
    # Encrypted (see reconciliation/sealing.py).
    sealed_password = models.TextField(blank=True)
    connected_by_name = models.CharField(max_length=200)
    connected_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "name"], name="connection_name_once_per_project")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_project(cls, project_id: int, connection_id: int) -> Self:
        try:
            return cls.objects.get(project_id=project_id, pk=connection_id)
        except cls.DoesNotExist as error:
            raise ConnectionNotFoundError(str(connection_id)) from error
