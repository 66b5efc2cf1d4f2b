"""Events and deliveries as operators see them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cqrs.models import Delivery, StoredEvent
from cqrs.registry import registry


@dataclass(frozen=True)
class EventRow:
    """A stored event; the payload is what its JSON text says."""

    sequence: int
    id: UUID
    name: str
    version: int
    stream: str
    position: int
    payload: dict[str, Any]
    correlation_id: str
    causation_id: UUID | None
    actor_kind: str
    actor_name: str
    source: str
    at: datetime


@dataclass(frozen=True)
class DeliveryRow:
    """One event for one subscriber; `known` is false where no code has the subscriber any more."""

    id: int
    event_id: UUID
    event_name: str
    stream: str
    event_at: datetime
    subscriber_key: str
    known: bool
    order_key: str
    status: str
    attempts: int
    available_at: datetime
    lease_until: datetime | None
    finished_at: datetime | None
    error: str

    @property
    def cause(self) -> str:
        """The last line of the error, which names it."""
        return self.error.strip().rpartition("\n")[2]


def event_row(event: StoredEvent) -> EventRow:
    return EventRow(
        sequence=event.sequence,
        id=event.id,
        name=event.name,
        version=event.version,
        stream=event.stream,
        position=event.position,
        payload=json.loads(event.payload),
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        actor_kind=event.actor_kind,
        actor_name=event.actor_name,
        source=event.source,
        at=event.at,
    )


def delivery_row(delivery: Delivery) -> DeliveryRow:
    """Asks for the event: select it with the delivery."""
    return DeliveryRow(
        id=delivery.pk,
        event_id=delivery.event.id,
        event_name=delivery.event.name,
        stream=delivery.event.stream,
        event_at=delivery.event.at,
        subscriber_key=delivery.subscriber_key,
        known=delivery.subscriber_key in registry.workers(),
        order_key=delivery.order_key,
        status=delivery.status,
        attempts=delivery.attempts,
        available_at=delivery.available_at,
        lease_until=delivery.lease_until,
        finished_at=delivery.finished_at,
        error=delivery.error,
    )
