"""The crash harness: each point where a publisher or a worker can die, on this pass's database."""

from collections import Counter

import pytest
from django.db import transaction

from cqrs import Context, Event, Lease, command_bus, event_bus
from cqrs.errors import MisuseError
from cqrs.models import Delivery, StoredEvent
from cqrs.testing import drain, isolated_registry
from cqrs.testing.crashes import Crash, every_crash
from tests.cqrs.conftest import anna, order
from tests.cqrs.shop.models import Effect, Order
from tests.cqrs.test_event_bus import placed

__all__ = ["anna"]
pytestmark = pytest.mark.django_db(transaction=True)


def place_and_deliver() -> None:
    command_bus.dispatch(order())
    drain()


def test_each_effect_happens_once_whatever_dies(anna: Context) -> None:
    """An order that committed has every database effect once, one that did not has none, wherever the killing was."""
    seen: list[Crash] = []
    for crash in every_crash(place_and_deliver):
        seen.append(crash)
        orders = Order.objects.count()
        effects = Counter(Effect.objects.values_list("by", flat=True))
        assert effects == Counter(dict.fromkeys(("count_order", "send_receipt", "pack_order", "ship"), orders)), crash
        assert StoredEvent.objects.count() == 2 * orders, crash

    points = " ".join(sorted({crash.point.split(" (")[0] for crash in seen}))
    for step in ("publishing", "enqueueing", "claiming", "acknowledging", "a commit"):
        assert points.count(step) == 2, f"before and after {step}"
    assert len(seen) > 60
    assert len(seen) == 2 * len([crash for crash in seen if crash.torn_off])


def test_finds_a_worker_that_acts_twice(anna: Context) -> None:
    """A long worker that writes outside of its acknowledgement is seen to do so twice."""
    with isolated_registry():

        class Rung(Event):
            bell_id: int

        @Rung.worker(key="crashes.careless", long=True)
        def write_at_once(event: Rung, lease: Lease) -> None:
            Effect.objects.create(by="careless", note=str(event.bell_id))

        def ring() -> None:
            publish(Rung(bell_id=1))
            drain()

        most = max(Effect.objects.filter(by="careless").count() for _ in every_crash(ring))

    assert most == 2


def publish(event: Event) -> None:
    with transaction.atomic():
        event_bus.publish(event)


def test_leaves_no_row_behind(anna: Context) -> None:
    """After the last crash the tables are as empty as they were, so that the next test is not disturbed."""
    for crash in every_crash(lambda: publish(placed())):
        assert Delivery.objects.filter(status="running").count() == 0, crash

    assert (Delivery.objects.count(), StoredEvent.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=False)
def test_refuses_to_crash_inside_the_transaction_of_a_test() -> None:
    """Within a test's own transaction nothing commits, so nothing could be recovered: the harness says so."""
    with pytest.raises(MisuseError, match="transaction=True"):
        next(every_crash(place_and_deliver))
