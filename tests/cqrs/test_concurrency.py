"""A command that names the version it saw."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cqrs import Actor, Clock, Command, StaleVersionError, acting_as, anyone, command_bus, event_bus, services
from cqrs.testing import FrozenClock, isolated_registry
from tests.cqrs.conftest import ANNA
from tests.cqrs.shop.events import OrderId, OrderPacked

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BERT = Actor("user", 2, "bert")


@pytest.fixture
def repack() -> Iterator[type[Command[None]]]:
    """A command whose version is the position of the order's stream."""
    with isolated_registry(), services.overriding(Clock, FrozenClock(NOON)):

        class Repack(Command[None], requires=anyone):
            order_id: OrderId = OrderId(7)
            expected_version: int | None = None

            def stream(self) -> str:
                return f"order:{self.order_id}"

        @Repack.handler
        def pack_again(command: Repack) -> None:
            event_bus.publish(OrderPacked(order_id=command.order_id))

        yield Repack


class TestVersionOfAStream:
    def test_lets_through_who_saw_the_newest_state(self, repack: type[Command[None]]) -> None:
        """The first command expects nothing, the second the event of the first."""
        command_bus.dispatch(repack(expected_version=0))  # type: ignore[call-arg]  # the fixture's command has it
        command_bus.dispatch(repack(expected_version=1))  # type: ignore[call-arg]

        found = event_bus.latest(OrderPacked, "order:7")
        assert found == OrderPacked(order_id=OrderId(7))

    def test_tells_who_changed_what_when(self, repack: type[Command[None]]) -> None:
        """Anna decides on what she saw before Bert was there: she is told about him, and nothing of hers remains."""
        command_bus.dispatch(repack())
        with acting_as(BERT):
            command_bus.dispatch(repack())

        with acting_as(ANNA), pytest.raises(StaleVersionError) as caught:
            command_bus.dispatch(repack(expected_version=1))  # type: ignore[call-arg]

        [change] = caught.value.changes
        assert (change.position, change.name, change.actor_name, change.at) == (2, "OrderPacked", "bert", NOON)
        assert "OrderPacked by bert at 2026-11-23 12:00:00 UTC" in str(caught.value)

    def test_is_not_compared_where_none_is_named(self, repack: type[Command[None]]) -> None:
        """Who names no version overwrites whatever is there."""
        for _ in range(2):
            command_bus.dispatch(repack())

        command_bus.dispatch(repack(expected_version=2))  # type: ignore[call-arg]  # both took effect
        assert event_bus.latest(OrderPacked, "order:7") is not None


class TestVersionOfAModel:
    def test_is_told_from_the_stream_that_the_handler_names(self) -> None:
        """A handler compares a version of its own and says how far behind the caller is: the log tells the rest."""
        with isolated_registry():

            class Change(Command[None], requires=anyone):
                expected_version: int

            @Change.handler
            def change(command: Change) -> None:
                event_bus.publish(OrderPacked(order_id=OrderId(7)))
                if command.expected_version == 1:
                    raise StaleVersionError("It is at 3, not 1.", stream="order:7", behind=2)

            for actor in (ANNA, BERT):
                with acting_as(actor):
                    command_bus.dispatch(Change(expected_version=3))
            with pytest.raises(
                StaleVersionError, match=r"It is at 3, not 1\. Since then: OrderPacked by bert"
            ) as caught:
                command_bus.dispatch(Change(expected_version=1))

        assert [each.actor_name for each in caught.value.changes] == ["bert", "anonymous"]

    def test_without_a_stream_stays_as_it_is(self) -> None:
        """A handler that names no stream is answered with what it said itself."""
        with isolated_registry():

            class Change(Command[None], requires=anyone):
                expected_version: int = 1

            @Change.handler
            def change(command: Change) -> None:
                raise StaleVersionError("It is at 3.")

            with pytest.raises(StaleVersionError, match=r"^It is at 3\.$") as caught:
                command_bus.dispatch(Change())

        assert caught.value.changes == ()
