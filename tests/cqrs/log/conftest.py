"""Events of one stream, written as the bus writes them."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

from cqrs import Actor, Context, log
from cqrs.models import StoredEvent

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BEA = Context(who=Actor("user", 7, "bea"), correlation_id="c-1", causation_id=UUID(int=5), source="api")


def write(
    stream: str = "order:1", *, name: str = "OrderPacked", payload: str = '{"order_id":1}', at: datetime = NOON
) -> int:
    """The event's number in the log."""
    event = log.Encoded(id=uuid7(), name=name, version=1, payload=payload, stream=stream, at=at, trace="00-ab-cd-01")
    with transaction.atomic():
        return log.append(event, BEA)


def at_position(position: int, stream: str = "order:1") -> StoredEvent:
    return StoredEvent.objects.get(stream=stream, position=position)
