"""The event log and the deliveries. Written by the buses and the workers only."""

from django.db import models
from django.db.models import Q
from uuid6 import uuid7

from cqrs.database import DELIVERY_TABLE, EVENT_TABLE


class StoredEvent(models.Model):
    """One event as it was published; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    payload = models.TextField(help_text="The JSON text exactly as it was encoded.")
    stream = models.CharField(max_length=150)
    position = models.PositiveBigIntegerField()
    correlation_id = models.CharField(max_length=64)
    causation_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    source = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = EVENT_TABLE
        verbose_name = "event"
        constraints = [models.UniqueConstraint(fields=["stream", "position"], name="cqrs_event_stream_position")]
        indexes = [models.Index(fields=["correlation_id"], name="cqrs_event_correlation")]

    def __str__(self) -> str:
        return f"{self.name} {self.stream}#{self.position}"


class Delivery(models.Model):
    """One event for one durable subscriber. Its order is its id, which grows with the publishing."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"
        SKIPPED = "skipped"

    event = models.ForeignKey(StoredEvent, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subscriber_key = models.CharField(max_length=200)
    order_key = models.CharField(max_length=150, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    attempts = models.PositiveIntegerField(default=0)
    available_at = models.DateTimeField()
    claim_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        db_table = DELIVERY_TABLE
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber_key"], name="cqrs_delivery_once"),
            models.UniqueConstraint(
                fields=["subscriber_key", "order_key"],
                condition=Q(status="running") & ~Q(order_key=""),
                name="cqrs_delivery_one_running_per_key",
            ),
        ]
        indexes = [
            models.Index(fields=["available_at", "id"], condition=Q(status="waiting"), name="cqrs_delivery_waiting"),
            models.Index(fields=["lease_until"], condition=Q(status="running"), name="cqrs_delivery_running"),
            models.Index(
                fields=["subscriber_key", "order_key", "id"],
                condition=Q(status__in=["waiting", "running", "dead"]) & ~Q(order_key=""),
                name="cqrs_delivery_unfinished_order",
            ),
            models.Index(fields=["id"], condition=Q(status="dead"), name="cqrs_delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.subscriber_key}: {self.status}"
