"""The event log and the deliveries. Written by the buses and the workers only."""

from django.db import models
from django.db.models import Q
from uuid6 import uuid7

from cqrs.database import DELIVERY_TABLE, EVENT_TABLE


class StoredEvent(models.Model):
    """One event as it was published; never changed."""

    sequence = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
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
    trace = models.CharField(max_length=55, blank=True, help_text="W3C traceparent of the request, if it is traced.")
    transaction_id = models.BigIntegerField(
        default=0, help_text="Of the publisher, on PostgreSQL: a reader of the feed stays behind the oldest one open."
    )
    hash = models.CharField(max_length=64, help_text="SHA-256 over the previous event's hash and this one's content.")

    class Meta:
        db_table = EVENT_TABLE
        verbose_name = "event"
        constraints = [models.UniqueConstraint(fields=["stream", "position"], name="cqrs_event_stream_position")]
        indexes = [
            models.Index(fields=["correlation_id"], name="cqrs_event_correlation"),
            models.Index(fields=["transaction_id", "sequence"], name="cqrs_event_feed"),
        ]

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


class StreamAnchor(models.Model):
    """Where the kept part of a stream starts: the last event that was archived, so that the chain can be verified."""

    stream = models.CharField(primary_key=True, max_length=150)
    position = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    transaction_id = models.BigIntegerField()
    sequence = models.BigIntegerField(
        help_text="With its transaction, its place in the feed: one behind that missed it."
    )
    archive = models.CharField(max_length=200, help_text="The file that holds what was archived last.")
    archived_at = models.DateTimeField()

    class Meta:
        db_table = "cqrs_stream_anchor"
        indexes = [models.Index(fields=["transaction_id", "sequence"], name="cqrs_stream_anchor_feed")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.position}"


class IdempotencyRecord(models.Model):
    """A command that was done under a key of its sender, with the answer that a repeat is given."""

    sender = models.CharField(max_length=220, help_text="Kind and id of the actor: keys of two people never meet.")
    key = models.CharField(max_length=200)
    command = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the command's content.")
    answer = models.TextField(null=True, help_text="As JSON; null only inside the transaction that works on it.")
    at = models.DateTimeField()

    class Meta:
        db_table = "cqrs_idempotency"
        constraints = [models.UniqueConstraint(fields=["sender", "key"], name="cqrs_idempotency_once")]
        indexes = [models.Index(fields=["at"], name="cqrs_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.command} by {self.sender}: {self.key}"


class ProjectionBuild(models.Model):
    """One generation of a read model: how far it has followed the log, and whether it is the one that is read."""

    projection = models.CharField(max_length=200)
    generation = models.PositiveIntegerField()
    live = models.BooleanField(default=False)
    transaction_id = models.BigIntegerField(default=0)
    sequence = models.BigIntegerField(default=0, help_text="The last event that it took in, with its transaction.")
    started_at = models.DateTimeField()
    went_live_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cqrs_projection_build"
        constraints = [
            models.UniqueConstraint(fields=["projection", "generation"], name="cqrs_projection_generation"),
            models.UniqueConstraint(fields=["projection"], condition=Q(live=True), name="cqrs_projection_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.projection} generation {self.generation}"


class ProcessState(models.Model):
    """What one process manager knows of one thing that it follows."""

    process = models.CharField(max_length=200)
    key = models.CharField(max_length=150)
    state = models.TextField(help_text="As JSON.")
    version = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "cqrs_process_state"
        constraints = [models.UniqueConstraint(fields=["process", "key"], name="cqrs_process_once")]

    def __str__(self) -> str:
        return f"{self.process} {self.key}"
