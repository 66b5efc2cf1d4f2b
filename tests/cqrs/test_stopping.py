"""A worker that is told to stop gives its work back, and one that lives keeps it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event as Bell
from typing import Any

import pytest
from django.db import transaction

from cqrs import Clock, Event, Lease, LeaseLostError, deliveries, event_bus, services, tasks
from cqrs.deliveries import held
from cqrs.deliveries.claims import LEASE, claim
from cqrs.deliveries.held import HeldLease, StoppingError
from cqrs.models import Delivery
from cqrs.testing import FrozenClock, isolated_registry
from cqrs.worker import EmbeddedWorker
from tests.cqrs.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ground() -> Iterator[type[Event]]:
    """An event that has no worker but those that a test gives it."""
    with isolated_registry():

        class Ground(Event):
            mill_id: int

        yield Ground


def published(event: Any, count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            event_bus.publish(event(mill_id=number))


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(datetime(2026, 11, 30, 12, tzinfo=UTC))
    with services.overriding(Clock, clock):
        yield clock


def rows() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("id").values_list("status", "attempts"))


class TestHandingBack:
    def test_gives_back_what_is_not_begun(self, ground: type[Event]) -> None:
        """What was claimed and not begun is due at once for somebody else, and no attempt is counted."""
        stopping = Bell()

        @ground.worker(key="stopping.short")
        def grind(event: Event) -> None:
            stopping.set()

        published(ground, 5)
        assert deliveries.drain_lane(long=False, stopped=stopping.is_set).delivered == 1
        assert rows() == [("done", 1)] + [("waiting", 0)] * 4

    def test_tells_a_long_worker_at_its_next_heartbeat(self, ground: type[Event]) -> None:
        """A long worker ends at its heartbeat; its delivery is given back without an attempt or an error."""
        stopping, steps = Bell(), []

        @ground.worker(key="stopping.long", long=True)
        def grind(event: Event, lease: Lease) -> None:
            for step in range(10):
                steps.append(step)
                stopping.set()
                lease.heartbeat()

        published(ground, 1)
        assert deliveries.drain_lane(long=True, stopped=stopping.is_set).errors == ()
        assert (steps, rows()) == ([0], [("waiting", 0)])
        with pytest.raises(StoppingError):
            HeldLease(claim(long=True, limit=1)[0], stopping.is_set).heartbeat()

    def test_the_embedded_worker_gives_back_when_it_stops(self, ground: type[Event]) -> None:
        """Stopping the threads of a server process ends a long delivery at its heartbeat and gives it back."""
        begun = Bell()

        @ground.worker(key="stopping.embedded", long=True)
        def grind(event: Event, lease: Lease) -> None:
            while True:
                begun.set()
                lease.heartbeat()

        published(ground, 1)
        worker = EmbeddedWorker()
        worker.start()
        assert begun.wait(10)
        worker.stop()

        assert (worker.is_alive(), rows()) == (False, [("waiting", 0)])

    def test_a_turn_that_is_over_finishes_what_it_holds(self, ground: type[Event]) -> None:
        """The end of a turn is no end of the worker: what is claimed is delivered, nothing new is claimed."""
        over = Bell()

        @ground.worker(key="stopping.turn")
        def grind(event: Event) -> None:
            over.set()

        published(ground, 25)
        assert deliveries.drain_lane(long=False, turn_over=over.is_set).delivered == 10

    def test_gives_back_what_it_cannot_begin_soon(self, ground: type[Event], monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the first of many takes long, the others are given back before their leases lapse."""
        monkeypatch.setattr(deliveries, "_BEGIN_SECONDS", 0.0)

        @ground.worker(key="stopping.slow")
        def grind(event: Event) -> None: ...

        published(ground, 2)
        batch = claim(long=False, limit=10)
        deliveries.deliver_claimed(batch)

        assert rows() == [("waiting", 0), ("waiting", 0)]


class TestCelery:
    def test_the_task_hands_back_once_celery_shuts_down(
        self, ground: type[Event], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After Celery's signal its task takes nothing more, in whatever process it runs."""

        @ground.worker(key="stopping.celery")
        def grind(event: Event) -> None: ...

        published(ground, 1)
        monkeypatch.setattr(tasks, "_stopping", bytearray(1))
        tasks.ask_to_stop()

        assert tasks.deliver(long=False) == 0
        assert rows() == [("waiting", 0)]

    def test_the_task_wakes_a_colleague_where_there_is_more(self, ground: type[Event]) -> None:
        """A claim that is full wakes another worker, once a turn; one that is not wakes nobody."""

        @ground.worker(key="stopping.many")
        def grind(event: Event) -> None: ...

        woken: list[bool] = []
        for count in (25, 3):
            published(ground, count)
            deliveries.drain_lane(long=False, more=lambda: woken.append(True))
        assert woken == [True]


class TestKeepingAlive:
    def test_a_step_longer_than_the_lease_keeps_it(
        self, ground: type[Event], clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A thread prolongs the lease while the worker is in one long step and gives no heartbeat itself."""
        monkeypatch.setattr(held, "BEAT_SECONDS", 0.02)
        found: list[int] = []

        @ground.worker(key="stopping.step", long=True)
        def grind(event: Event) -> None:
            for _ in range(4):
                clock.advance(LEASE * 0.9)
                assert eventually(lambda: Delivery.objects.get().lease_until == clock.now() + LEASE)
            found.append(len(claim(long=True, limit=1)))

        published(ground, 1)
        assert deliveries.drain_lane(long=True).errors == ()
        assert (found, rows()) == ([0], [("done", 1)])

    def test_a_lease_lost_meanwhile_is_told_at_the_heartbeat(
        self, ground: type[Event], clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the thread learns the worker learns at its next heartbeat, without asking the database again."""
        monkeypatch.setattr(held, "BEAT_SECONDS", 0.02)
        monkeypatch.setattr(held, "_WRITE_SECONDS", 3600)

        @ground.worker(key="stopping.lost", long=True)
        def grind(event: Event, lease: Lease) -> None:
            lease.heartbeat()
            Delivery.objects.update(claim_token=None)
            assert eventually(lambda: raises_lost(lease))
            lease.heartbeat()

        published(ground, 1)
        (error,) = deliveries.drain_lane(long=True).errors
        assert isinstance(error, LeaseLostError)
        assert rows() == [("running", 1)]

    def test_a_short_lease_is_no_longer_than_it_says(self, ground: type[Event], clock: FrozenClock) -> None:
        """Nobody prolongs a short delivery: after a minute another worker may have it."""

        @ground.worker(key="stopping.brief")
        def grind(event: Event) -> None: ...

        published(ground, 1)
        claim(long=False, limit=1)
        clock.advance(LEASE - timedelta(seconds=1))
        assert claim(long=False, limit=1) == []
        clock.advance(timedelta(seconds=1))
        assert len(claim(long=False, limit=1)) == 1


def raises_lost(lease: Lease) -> bool:
    try:
        lease.heartbeat()
    except LeaseLostError:
        return True
    return False
