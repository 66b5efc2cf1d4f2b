"""The same work without the buses."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.dispatch import Signal
from uuid6 import uuid7

from benchmarks.dispatch.messages import SUBSCRIBERS
from cqrs import Actor, NotAllowedError
from cqrs.database import DELIVERY_TABLE, EVENT_TABLE, parameter
from projects.access import Role, ensure_member
from projects.ids import ProjectId
from tests.cqrs.shop.models import Effect, Order

PAYLOAD = '{"order_id":1,"customer":"Ada","total":"10.00"}'
_COLUMNS = (
    "id", "name", "version", "payload", "stream", "position", "correlation_id", "causation_id", "actor_kind",
    "actor_id", "actor_name", "source", "at", "trace", "transaction_id", "hash",
)  # fmt: skip
_EVENT = (
    f"INSERT INTO {EVENT_TABLE} ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) RETURNING sequence"
)
_DELIVERY = (
    f"INSERT INTO {DELIVERY_TABLE} (event_id, subscriber_key, order_key, status, attempts, available_at, error)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)

silent, counting = Signal(), Signal()


def insert_event(stream: str, at: datetime) -> int:
    values = (
        uuid7(), "Sold", 1, PAYLOAD, stream, 1, "0198f3a0-0000-7000-8000-000000000000", None, "user",
        1, "anna", "code", at, "", 0, "0" * 64,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_EVENT, [parameter(value, connection) for value in values])
        return int(cursor.fetchone()[0])


def insert_delivery(sequence: int, at: datetime) -> None:
    values = (sequence, "bench.alone", "", "waiting", 0, at, "")
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERY, [parameter(value, connection) for value in values])


def sell_by_hand(project_id: ProjectId, seller: Actor) -> None:
    role, archived = ensure_member(project_id, seller)
    if archived or not role.includes(Role.PREPARER):
        raise NotAllowedError
    with transaction.atomic():
        order = Order.objects.create(customer="Ada", total=Decimal("10.00"))
        now = datetime.now(UTC)
        insert_delivery(insert_event(f"hand:{order.pk}", now), now)


def insert_two() -> None:
    with transaction.atomic():
        Order.objects.create(customer="Ada", total=Decimal("10.00"))
        Effect.objects.create(by="bench", note="Ada")


def _receivers(number: int) -> None:
    def hear(sender: Any, event: Any, **_: Any) -> None: ...

    def count(**_: Any) -> None:
        Effect.objects.create(by="count", note=str(number))

    silent.connect(hear, weak=False, dispatch_uid=str(number))
    counting.connect(count, weak=False, dispatch_uid=str(number))


for each in range(SUBSCRIBERS):
    _receivers(each)
