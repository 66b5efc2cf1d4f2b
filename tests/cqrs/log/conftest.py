"""Events of one stream, written as the bus writes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.test import override_settings
from uuid6 import uuid7

from cqrs import Actor, Clock, Context, log, services
from cqrs.models import StoredEvent
from cqrs.testing import FrozenClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
DISK = "django.core.files.storage.FileSystemStorage"
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


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Path]:
    """An empty storage, and a clock that stands a day after the events."""
    with (
        override_settings(
            MEDIA_ROOT=tmp_path, STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
        ),
        services.overriding(Clock, FrozenClock(LATER)),
    ):
        yield tmp_path
