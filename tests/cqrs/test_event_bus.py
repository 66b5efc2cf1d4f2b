"""The event bus writes the log and the deliveries in the publisher's transaction."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cqrs import Context, Event, command_bus, event_bus, services, signal_of
from cqrs.errors import NoTransactionError
from cqrs.models import Delivery, StoredEvent
from cqrs.testing import captured_events, isolated_registry
from cqrs.wake import Waker
from tests.cqrs.conftest import order
from tests.cqrs.shop.events import OrderId, OrderPacked, OrderPlaced
from tests.cqrs.shop.models import Effect


class RecordingWaker:
    def __init__(self, failure: Exception | None = None) -> None:
        self.woken: list[bool] = []
        self.failure = failure

    def wake(self, *, long: bool) -> None:
        self.woken.append(long)
        if self.failure is not None:
            raise self.failure


def placed(number: int = 1) -> OrderPlaced:
    return OrderPlaced(order_id=OrderId(number), customer="Ada", total=Decimal("1.10"))


def _publish_and_undo() -> None:
    with transaction.atomic():
        event_bus.publish(placed())
        transaction.set_rollback(True)


@pytest.mark.django_db
class TestPublish:
    def test_stores_the_event_with_its_circumstances(self, anna: Context) -> None:
        """The row says what happened, to what, by whom, in which conversation."""
        order_id = command_bus.dispatch(order())

        stored = StoredEvent.objects.get()
        assert ("OrderPlaced", 1, f"order:{order_id}", 1) == (
            stored.name,
            stored.version,
            stored.stream,
            stored.position,
        )
        assert f'{{"order_id":{order_id},"customer":"Ada","total":"10.00"}}' == stored.payload
        assert (stored.actor_kind, stored.actor_id, stored.actor_name, stored.source) == ("user", 1, "anna", "cli")
        assert anna.correlation_id == stored.correlation_id

    def test_writes_one_delivery_for_each_worker(self, anna: Context) -> None:
        """Every durable subscriber has its own row, with its order key."""
        command_bus.dispatch(order(customer="Grace"))

        rows = dict(Delivery.objects.values_list("subscriber_key", "order_key"))
        assert rows == {"shop.send_receipt": "", "shop.post_to_ledger": "Grace", "shop.pack": ""}

    def test_takes_two_statements_however_many_workers(self) -> None:
        """One insert for the event and one for all its deliveries; PostgreSQL takes both at once."""
        with isolated_registry():

            class Popular(Event):
                thing_id: int

            for number in range(5):

                def react(event: Popular) -> None: ...

                Popular.worker(key=f"fan {number}")(react)

            with CaptureQueriesContext(connection) as queries:
                event_bus.publish(Popular(thing_id=1))

        verbs = [query["sql"].split()[0] for query in queries.captured_queries]
        assert verbs == (["WITH"] if connection.vendor == "postgresql" else ["INSERT", "INSERT"])
        assert Delivery.objects.count() == 5

    def test_numbers_each_stream_without_gaps(self) -> None:
        """Positions of one stream are 1, 2, 3, whatever other streams do, and a rolled back one is used again."""
        for number in (1, 2, 1):
            event_bus.publish(placed(number))
        _publish_and_undo()
        event_bus.publish(placed(1))

        positions = StoredEvent.objects.filter(stream="order:1").values_list("position", flat=True)
        assert sorted(positions) == [1, 2, 3]

    def test_runs_subscribers_at_once(self, anna: Context) -> None:
        """A subscriber's effect is there when publish returns; a worker's is not."""
        command_bus.dispatch(order())

        assert list(Effect.objects.values_list("by", flat=True)) == ["count_order"]

    def test_reaches_plain_django_receivers(self) -> None:
        """Code that knows only Django's signals can listen."""
        seen: list[Event] = []

        def receive(*, event: Event, **_: Any) -> None:
            seen.append(event)

        signal_of(OrderPlaced).connect(receive)
        try:
            event_bus.publish(placed())
        finally:
            signal_of(OrderPlaced).disconnect(receive)

        assert [placed()] == seen

    def test_tells_what_caused_what(self) -> None:
        """An event published by a subscriber names the event that it reacts to, in the same conversation."""

        def react(*, event: OrderPlaced, **_: Any) -> None:
            event_bus.publish(OrderPacked(order_id=event.order_id))

        signal_of(OrderPlaced).connect(react)
        try:
            event_bus.publish(placed())
        finally:
            signal_of(OrderPlaced).disconnect(react)

        cause, effect = StoredEvent.objects.order_by("position")
        assert (None, cause.id) == (cause.causation_id, effect.causation_id)
        assert cause.correlation_id == effect.correlation_id

    def test_can_be_watched(self) -> None:
        """A test sees the events themselves, in order."""
        with captured_events() as events:
            event_bus.publish(placed(1))
            event_bus.publish(placed(2))
        event_bus.publish(placed(3))

        assert [placed(1), placed(2)] == events


@pytest.mark.django_db(transaction=True)
class TestCommit:
    def test_refuses_to_publish_outside_of_a_transaction(self) -> None:
        """An event without the change that it tells of would be a lie waiting to happen."""
        with pytest.raises(NoTransactionError):
            event_bus.publish(placed())

    def test_wakes_once_after_the_commit(self, anna: Context) -> None:
        """Several events in one transaction wake each lane once, and not before the commit."""
        waker = RecordingWaker()
        with services.overriding(Waker, waker):
            with transaction.atomic():
                command_bus.dispatch(order())
                command_bus.dispatch(order())
                before = list(waker.woken)
            after = sorted(waker.woken)

        assert (before, after) == ([], [False, True])

    def test_wakes_although_a_savepoint_was_undone(self, anna: Context) -> None:
        """The wake-up of an event rolled back to a savepoint does not stand in for that of the next event."""
        waker = RecordingWaker()
        with services.overriding(Waker, waker), transaction.atomic():
            _publish_and_undo()
            event_bus.publish(placed())

        assert sorted(waker.woken) == [False, True]

    def test_survives_a_broken_waker(self, anna: Context) -> None:
        """With the broker down the request succeeds and the rows wait for the sweep."""
        with services.overriding(Waker, RecordingWaker(ConnectionRefusedError("no broker"))):
            command_bus.dispatch(order())

        assert {"waiting"} == set(Delivery.objects.values_list("status", flat=True))
