from typing import Self

from django.db import models

from cqrs import NotFoundError
from reconciliation.models.source import Source


class UploadNotFoundError(NotFoundError):
    """There is no such upload of yours, or it has expired. Start a new one."""


class ResumableUpload(models.Model):
    """A file that arrives in parts; each part is stored when it is there, and all of them become one file."""

    project_id = models.BigIntegerField(db_index=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    # Storage keys, in the order of the file.
    parts = models.JSONField(default=list)
    import_id = models.BigIntegerField(null=True)
    uploaded_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def of_person(cls, project_id: int, upload_id: int, user_id: int | None) -> Self:
        """An upload is its sender's alone."""
        try:
            return cls.objects.get(project_id=project_id, pk=upload_id, uploaded_by=user_id)
        except cls.DoesNotExist as error:
            raise UploadNotFoundError(str(upload_id)) from error
