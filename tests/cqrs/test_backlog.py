"""What is not delivered yet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from cqrs import Clock, Context, command_bus, services
from cqrs.database import DELIVERY_TABLE
from cqrs.deliveries.claims import LEASE, claim
from cqrs.models import Delivery, StoredEvent
from cqrs.seeing.backlog import Backlog, backlog, lag, totals
from cqrs.testing import FrozenClock, drain
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer

pytestmark = pytest.mark.django_db

RECEIPT, LEDGER = "shop.send_receipt", "shop.post_to_ledger"


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(datetime(2026, 11, 30, 12, tzinfo=UTC))
    with services.overriding(Clock, clock):
        yield clock


def of(subscriber: str) -> Backlog:
    return next(each for each in backlog() if each.subscriber == subscriber)


def test_names_every_subscriber_when_nothing_waits() -> None:
    """A subscriber without work is there with zeros, so that its curve has no holes."""
    assert of(RECEIPT) == Backlog(RECEIPT)
    assert lag() == 0


def test_tells_how_long_the_oldest_has_waited(anna: Context, clock: FrozenClock) -> None:
    """The lag is that of the oldest one due."""
    command_bus.dispatch(order())
    clock.advance(timedelta(seconds=30))
    command_bus.dispatch(order())
    clock.advance(timedelta(seconds=10))

    assert of(RECEIPT) == Backlog(RECEIPT, waiting=2, lag=40)
    assert lag() == 40


def test_what_is_not_due_yet_has_no_lag(anna: Context, clock: FrozenClock) -> None:
    """A delivery for later waits, but nobody is late."""
    command_bus.dispatch(order())
    Delivery.objects.update(available_at=clock.now() + timedelta(hours=1))

    assert of(RECEIPT) == Backlog(RECEIPT, waiting=1, lag=0)
    assert lag() == 0


def test_a_dead_workers_delivery_is_late_from_the_end_of_its_lease(anna: Context, clock: FrozenClock) -> None:
    """What runs is not late; what a dead worker held is."""
    command_bus.dispatch(order())
    claim(long=False, limit=10)
    running = of(RECEIPT)
    clock.advance(LEASE + timedelta(seconds=5))

    assert running == Backlog(RECEIPT, running=1, attempts=1)
    assert of(RECEIPT).lag == 5


def test_the_lag_of_all_knows_dead_workers_too(anna: Context, clock: FrozenClock) -> None:
    """When everything was claimed by workers that died, somebody is late all the same."""
    command_bus.dispatch(order())
    claim(long=False, limit=10)
    claim(long=True, limit=10)
    running = lag()
    clock.advance(LEASE + timedelta(seconds=5))

    assert (running, lag()) == (0, 5)


def test_counts_dead_letters_and_their_attempts(anna: Context, mailer: ListMailer) -> None:
    """A dead letter is counted with what was tried, and is nobody's lag."""
    command_bus.dispatch(order())
    drain()
    Delivery.objects.filter(subscriber_key=LEDGER).update(status=Delivery.Status.DEAD, attempts=3)

    assert of(LEDGER) == Backlog(LEDGER, dead=1, attempts=3)


def test_totals_grow_and_survive_retention(anna: Context, mailer: ListMailer) -> None:
    """The totals are the last numbers given, not counts of rows."""
    before = totals()
    command_bus.dispatch(order())
    drain()
    after = totals()

    assert after.published - before.published >= StoredEvent.objects.count() > 0
    assert after.enqueued - before.enqueued >= Delivery.objects.count() > 0


def _plan(status: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{explain} SELECT subscriber_key, COUNT(id) FROM {DELIVERY_TABLE}"
            " WHERE status = %s GROUP BY subscriber_key",
            [status],
        )
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("status", ["waiting", "running", "dead"])
def test_reads_only_what_is_unfinished(anna: Context, status: str) -> None:
    """Each status is read from its partial index, so the number of done rows costs nothing."""
    command_bus.dispatch(order())
    event = StoredEvent.objects.first()
    now = datetime.now(UTC)
    done = {"event": event, "status": "done", "available_at": now, "finished_at": now}
    Delivery.objects.bulk_create(Delivery(subscriber_key=f"s{number}", **done) for number in range(3000))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {DELIVERY_TABLE}")

    assert f"cqrs_delivery_{status}" in _plan(status)
