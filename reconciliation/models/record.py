from decimal import Decimal
from typing import ClassVar, Self

from django.db import models

from reconciliation.ids import Side
from reconciliation.models.imports import Import, ImportStatus
from reconciliation.models.retired_record import RetiredRecord
from reconciliation.models.source import Source
from reconciliation.money import to_decimal


class RecordQuerySet(models.QuerySet["Record"]):
    def published(self, project_id: int) -> Self:
        """The project's records whose import is committed and that stand: all that anything may show or count."""
        committed = Import.objects.filter(project_id=project_id, status=ImportStatus.COMMITTED)
        return self.filter(project_id=project_id, import_id__in=committed.values("id")).standing(project_id)

    def standing(self, project_id: int) -> Self:
        """Without those that a later file has retired."""
        retired = RetiredRecord.objects.effective(project_id).filter(record_id=models.OuterRef("id"))
        return self.filter(~models.Exists(retired))

    def on_side(self, project_id: int, side: Side) -> Self:
        return self.filter(source_id__in=Source.objects.filter(project_id=project_id, side=side).values("id"))


class Record(models.Model):
    """One transaction line as it was understood. Bulk: no foreign keys, ids come from `IdBlock`, written by COPY.

    How the line was written stands in the import's snapshot, at the row `id - first_record_id`.
    """

    id = models.BigIntegerField(primary_key=True)
    project_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    import_id = models.BigIntegerField()
    line = models.BigIntegerField()
    row = models.BigIntegerField()
    key = models.TextField(null=True)
    account = models.TextField(null=True)
    booking_date = models.DateField(null=True)
    value_date = models.DateField(null=True)
    occurred_at = models.DateTimeField(null=True)
    amount = models.BigIntegerField(null=True)
    scale = models.SmallIntegerField()
    currency = models.TextField()
    reference = models.TextField(null=True)
    counterparty = models.TextField(null=True)
    text = models.TextField(null=True)
    fingerprint = models.UUIDField()
    occurrence = models.IntegerField()

    objects: ClassVar[models.Manager["Record"]] = RecordQuerySet.as_manager()

    class Meta:
        # Lists are in the order of ids, which a load only ever appends: an index by date would cost a third of it.
        indexes = [models.Index(fields=["project_id", "id"], name="record_by_project")]

    def __str__(self) -> str:
        return f"record {self.id}"

    @property
    def money(self) -> Decimal | None:
        return None if self.amount is None else to_decimal(self.amount, self.scale)
