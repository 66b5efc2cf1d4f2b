"""What the shop keeps."""

from django.db import models


class Order(models.Model):
    customer = models.CharField(max_length=50)
    total = models.DecimalField(max_digits=12, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.customer}: {self.total}"


class Effect(models.Model):
    """What a subscriber did to the database, so that a test can count it."""

    by = models.CharField(max_length=50)
    note = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.by}: {self.note}"
