from typing import ClassVar, Self

from django.db import models

from reconciliation.models.imports import Import, ImportStatus


class RetiredRecordQuerySet(models.QuerySet["RetiredRecord"]):
    def effective(self, project_id: int) -> Self:
        """Those whose import is committed."""
        committed = Import.objects.filter(project_id=project_id, status=ImportStatus.COMMITTED, retired__gt=0)
        return self.filter(import_id__in=committed.values("id"))


class RetiredRecord(models.Model):
    """A record that is no longer true since another import was committed, and what replaces it. Bulk.

    It counts while that import is committed: before its commit and after its withdrawal the record stands.
    """

    pk = models.CompositePrimaryKey("record_id", "import_id")
    record_id = models.BigIntegerField()
    import_id = models.BigIntegerField()
    project_id = models.BigIntegerField()
    replaced_by = models.BigIntegerField(null=True)

    objects: ClassVar[models.Manager["RetiredRecord"]] = RetiredRecordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["import_id"], name="retired_by_import")]

    def __str__(self) -> str:
        return f"record {self.record_id} by import {self.import_id}"
