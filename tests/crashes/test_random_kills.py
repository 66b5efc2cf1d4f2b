"""Events through random kills of workers, of the broker and of database connections.

500 events by default; TEST_EFFORT=20 makes it 10,000.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from celery import Celery
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.celery import app as configured
from cqrs import event_bus, services
from cqrs.deliveries.claims import LEASE
from cqrs.models import Delivery
from cqrs.testing import isolated_registry
from cqrs.wake import CeleryWaker, Waker
from tests.cqrs.shop.models import Effect
from tests.crashes.disasters import Broker, Disasters, Workers
from tests.effort import examples

pytestmark = [pytest.mark.kills, pytest.mark.celery, pytest.mark.django_db(transaction=True)]

EVENTS, COUNTERS = examples(500), 20
EVENTS_PER_ACT = 125


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.kill()


@pytest.fixture
def workers(tmp_path: Path, broker: Broker) -> Iterator[Workers]:
    workers = Workers(tmp_path, broker)
    yield workers
    workers.kill_all()


@pytest.fixture
def tally() -> Iterator[Any]:
    with isolated_registry():
        yield import_module("tests.crashes.tally")


def waker(broker: Broker) -> CeleryWaker:
    app = Celery("crashes", broker=broker.url)
    app.conf.broker_transport_options = configured.conf.broker_transport_options
    app.conf.task_queues = configured.conf.task_queues
    return CeleryWaker(app)


def publish_some(tally: Any, first: int, end: int) -> int:
    """A few events in one transaction; the number of the next one."""
    last = min(end, first + random.randint(1, 5))
    with transaction.atomic():
        for number in range(first, last):
            event_bus.publish(tally.Counted(counter_id=number % COUNTERS, number=number))
    return last


def hurry() -> None:
    """A minute takes two seconds: leases lapse soon, also those of workers that live, and no retry waits for long."""
    now = timezone.now()
    taken_long_ago = Q(status="running", lease_until__lt=now + LEASE - timedelta(seconds=2))
    Delivery.objects.filter(taken_long_ago, lease_until__gt=now).update(lease_until=now)
    Delivery.objects.filter(status="waiting", available_at__gt=now).update(available_at=now)


def survive(tally: Any, workers: Workers, disasters: Disasters) -> None:
    """In acts: some events, a moment in which they are worked on, a disaster. Then until all is delivered."""
    published = 0
    while published < EVENTS:
        workers.wait_for(1)
        act_ends = min(EVENTS, published + EVENTS_PER_ACT)
        while published < act_ends:
            published = publish_some(tally, published, act_ends)
        sleep(random.uniform(0, 0.3))
        disasters.strike()
        hurry()
    end = monotonic() + 120
    while Delivery.objects.exclude(status="done").exists():
        assert monotonic() < end, Counter(Delivery.objects.values_list("subscriber_key", "status"))
        hurry()
        sleep(0.1)


def test_nothing_is_lost_doubled_or_out_of_order(tally: Any, workers: Workers, broker: Broker) -> None:
    """Each subscriber's effect is there once for each event, and those with a key in the order of their publishing."""
    disasters = Disasters(workers, broker)
    with services.overriding(Waker, waker(broker)):
        survive(tally, workers, disasters)

    assert set(disasters.struck) == {"worker", "broker", "connections"}
    every_event = {f"{number % COUNTERS}:{number}": 1 for number in range(EVENTS)}
    for key in (tally.ORDERED, tally.TOGETHER, tally.LONG):
        assert Counter(Effect.objects.filter(by=key).values_list("note", flat=True)) == every_event, key
    for key in (tally.ORDERED, tally.LONG):
        for counter in range(COUNTERS):
            notes = Effect.objects.filter(by=key, note__startswith=f"{counter}:").order_by("id")
            numbers = [int(note.partition(":")[2]) for note in notes.values_list("note", flat=True)]
            assert numbers == sorted(numbers), (key, counter)
