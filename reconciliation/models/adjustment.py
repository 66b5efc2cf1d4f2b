from decimal import Decimal

from django.db import models

from reconciliation.money import to_decimal


class AdjustmentKind(models.TextChoices):
    FEE = "fee"
    ROUNDING = "rounding"
    WRITE_OFF = "write_off"
    FX = "fx"


class Adjustment(models.Model):
    """A typed line that makes a group balance: its legs' difference plus its adjustments is zero once confirmed."""

    group_id = models.BigIntegerField(db_index=True)
    project_id = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=AdjustmentKind)
    amount = models.BigIntegerField()
    scale = models.SmallIntegerField()
    currency = models.TextField()
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of group {self.group_id}"

    @property
    def money(self) -> Decimal:
        return to_decimal(self.amount, self.scale)
