"""The gate in front of a deploy reads what is pending, and says what the new code could not do with it."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cqrs import Context, command_bus
from cqrs.contract.gate import Obstacle, inspect
from cqrs.models import Delivery, ProcessState, StoredEvent
from cqrs.queue import CommandQueued
from tests.cqrs.conftest import order
from tests.cqrs.test_console import events

pytestmark = pytest.mark.django_db

KEYS = ["shop.pack", "shop.post_to_ledger", "shop.send_receipt"]


@pytest.fixture(autouse=True)
def _pending(anna: Context) -> None:
    """Three deliveries of one order."""
    command_bus.dispatch(order())


def _found() -> list[tuple[str, int, str, int]]:
    return sorted((each.event, each.version, each.subscriber, each.deliveries) for each in inspect().obstacles)


def test_lets_through_what_this_code_can_deliver() -> None:
    """And counts it, so that a pass over nothing is seen as one."""
    assert "can decode and deliver all 3 pending deliveries" in events("gate")


def test_names_a_subscriber_that_is_gone() -> None:
    """With the event and its version, and what to do."""
    Delivery.objects.filter(subscriber_key="shop.pack").update(subscriber_key="shop.wrap")

    why = "nothing that reacts to OrderPlaced has this key: give the function its old name back as key='shop.wrap'"
    assert inspect().obstacles == [Obstacle("OrderPlaced", 1, "shop.wrap", 1, why)]


def test_names_a_subscriber_that_reacts_to_something_else_now() -> None:
    """A key that this code has, though not for this event."""
    Delivery.objects.filter(subscriber_key="shop.pack").update(subscriber_key="shop.ship")

    assert _found() == [("OrderPlaced", 1, "shop.ship", 1)]


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"name": "OrderBegun"}, "No event is called OrderBegun"),
        ({"version": 2}, "newer than this code, which knows version 1"),
        ({"version": 0}, "@OrderPlaced.upcaster(version=0)"),
        ({"payload": '{"order_id":"one"}'}, "Expected `int`, got `str`"),
    ],
)
@pytest.mark.parametrize("status", ["waiting", "running", "dead"])
def test_names_what_cannot_be_decoded(columns: dict[str, object], why: str, status: str) -> None:
    """By each of its subscribers, whatever state the delivery is in."""
    StoredEvent.objects.update(**columns)
    Delivery.objects.update(status=status)

    obstacles = inspect().obstacles
    assert sorted(each.subscriber for each in obstacles) == KEYS
    assert all(why in each.why for each in obstacles)


def test_looks_into_a_command_that_waits() -> None:
    """The event that carries it can be read; the command inside cannot."""
    command_bus.enqueue(order())
    payload = StoredEvent.objects.get(name="CommandQueued").payload
    StoredEvent.objects.filter(name="CommandQueued").update(payload=payload.replace("PlaceOrder", "BookOrder"))

    assert _found() == [(CommandQueued.__name__, 1, "cqrs.run_queued", 1)]


def test_reads_what_processes_remember() -> None:
    """A state that the new code cannot read, and one of a process that it does not have; what ended is past."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for process, key, state in (("library.overdue", "a", "{}"), ("library.overdue", "b", '{"letters":"two"}')):
        ProcessState.objects.create(process=process, key=key, state=state, updated_at=now)
    ProcessState.objects.create(process="library.gone", key="a", state="{}", updated_at=now)
    ProcessState.objects.create(process="library.gone", key="b", state="{", updated_at=now, ended_at=now)

    gone, overdue = sorted(inspect().obstacles, key=lambda each: each.subscriber)
    assert (gone.subscriber, gone.deliveries) == ("cqrs.process.library.gone", 1)
    assert (overdue.subscriber, overdue.deliveries) == ("cqrs.process.library.overdue", 1)
    assert "Expected `int`, got `str`" in overdue.why


@pytest.mark.parametrize("status", ["done", "skipped"])
def test_leaves_alone_what_is_finished(status: str) -> None:
    """Nobody will decode it again."""
    StoredEvent.objects.update(name="OrderBegun")
    Delivery.objects.update(status=status)

    assert (inspect().pending, inspect().obstacles) == (0, [])


def test_asks_the_same_whatever_is_pending() -> None:
    """Two statements for each status, not one for each row."""
    with CaptureQueriesContext(connection) as few:
        inspect()
    for _ in range(10):
        command_bus.dispatch(order())
    with CaptureQueriesContext(connection) as many:
        inspect()

    assert len(many) == len(few)


def test_fails_the_deploy() -> None:
    """The exit status stops a pipeline."""
    Delivery.objects.filter(subscriber_key="shop.pack").update(subscriber_key="shop.wrap")

    with pytest.raises(CommandError, match="could not make 1 of 3 pending deliveries"):
        events("gate")
