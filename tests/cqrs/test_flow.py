"""The declared flow beside the one that the log saw."""

from io import StringIO

import pytest
from django.core.management import call_command

from cqrs import Actor, Context, acting_as, command_bus, query_bus
from cqrs.models import Delivery, StoredEvent
from cqrs.queries.get_flow import GetFlow
from cqrs.seeing.flow import declared, may_publish
from cqrs.testing import drain
from tests.cqrs.conftest import order
from tests.cqrs.shop import subscribers

pytestmark = pytest.mark.django_db


def differences() -> dict[tuple[str, str, str], str]:
    with acting_as(Actor.system("operator")):
        return {(edge.cause, edge.via, edge.effect): edge.differs for edge in query_bus.ask(GetFlow(last=1000))}


def test_reads_from_the_code_what_a_worker_may_publish() -> None:
    """Through the command that it dispatches; who publishes nothing may publish nothing."""
    assert may_publish(subscribers.pack) == {"OrderPacked"}
    assert may_publish(subscribers.ship) == set()
    assert ("OrderPlaced", "shop.pack", "OrderPacked") in declared()


def test_what_happened_as_declared_does_not_differ(anna: Context) -> None:
    """A delivery, and what its subscriber published."""
    command_bus.dispatch(order())
    drain()

    found = differences()
    assert found["OrderPlaced", "shop.pack", ""] == ""
    assert found["OrderPlaced", "shop.pack", "OrderPacked"] == ""
    assert found["OrderPacked", "shop.ship", ""] == ""


def test_tells_what_was_not_seen_and_what_was_not_declared(anna: Context) -> None:
    """Nothing was packed; and one subscriber is gone, and something was published that no code names."""
    command_bus.dispatch(order("Ada"))
    Delivery.objects.filter(subscriber_key="shop.send_receipt").update(subscriber_key="shop.gone")
    cause = StoredEvent.objects.get()
    StoredEvent.objects.create(
        name="Refunded", version=1, payload="{}", stream="x:1", position=1, correlation_id="c", actor_kind="user",
        causation_id=cause.id, actor_name="anna", source="code", at=cause.at, hash="",
    )  # fmt: skip

    found = differences()
    assert found["OrderPacked", "shop.ship", ""] == "declared, not seen"
    assert found["OrderPlaced", "shop.gone", ""] == "seen, not declared"
    assert found["OrderPlaced", "", "Refunded"] == "seen, not declared"


def test_prints_it(anna: Context) -> None:
    """`manage.py messages --observed`: a line for each step."""
    command_bus.dispatch(order())
    stream = StringIO()
    call_command("messages", "--observed", stdout=stream)

    line = next(line for line in stream.getvalue().splitlines() if "shop.ship" in line)
    assert line.split() == ["OrderPacked", "shop.ship", "delivered", "0", "declared,", "not", "seen"]
