"""Deliveries by a real Celery worker process, over a real broker."""

from pathlib import Path

import pytest

from config.celery import app
from cqrs import Context, command_bus
from cqrs.container import services
from cqrs.models import Delivery
from cqrs.wake import Waker
from tests.cqrs.celery_worker import celery_worker, kill
from tests.cqrs.conftest import order
from tests.cqrs.shop.models import Effect
from tests.cqrs.test_event_bus import RecordingWaker
from tests.cqrs.waiting import eventually

pytestmark = [pytest.mark.celery, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _empty_queues() -> None:
    with app.connection_for_write() as broker:
        for queue in ("short", "long"):
            broker.SimpleQueue(queue).clear()


def all_done() -> bool:
    return set(Delivery.objects.values_list("status", flat=True)) == {"done"} and Delivery.objects.count() == 4


def test_a_wake_up_delivers(anna: Context, tmp_path: Path) -> None:
    """What a command publishes reaches every worker, and what these publish too, without any sweep."""
    with celery_worker(tmp_path):
        command_bus.dispatch(order())

        assert eventually(all_done, seconds=20)
    assert Effect.objects.filter(by="ship").count() == 1


def test_the_sweep_delivers_what_no_wake_up_reached(anna: Context, tmp_path: Path) -> None:
    """With every wake-up lost, beat finds the rows."""
    with services.overriding(Waker, RecordingWaker()):
        command_bus.dispatch(order())

    with celery_worker(tmp_path, beat=True):
        assert eventually(all_done, seconds=30)


def test_a_killed_worker_is_replaced(anna: Context, tmp_path: Path) -> None:
    """A long delivery whose worker is killed half-way is taken up by another after its lease, and has one effect."""
    with celery_worker(tmp_path) as doomed:
        command_bus.dispatch(order(customer="Sloth"))
        assert eventually(lambda: Delivery.objects.filter(subscriber_key="shop.pack", status="running").exists())
        kill(doomed)
    row = Delivery.objects.get(subscriber_key="shop.pack")
    assert (row.status, row.attempts) == ("running", 1)

    Effect.objects.create(by="gate", note="open")
    Delivery.objects.filter(pk=row.pk).update(lease_until="2000-01-01T00:00Z")  # a minute later
    with celery_worker(tmp_path, beat=True):
        assert eventually(all_done, seconds=30)

    row.refresh_from_db()
    assert row.attempts == 2
    assert Effect.objects.filter(by="pack_order").count() == 1
