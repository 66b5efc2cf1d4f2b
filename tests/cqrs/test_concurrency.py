"""A command that names the version it saw."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cqrs import Actor, Clock, Command, StaleVersionError, acting_as, anyone, command_bus, event_bus, log, services
from cqrs.errors import MisuseError
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

    def test_is_compared_also_where_nothing_is_published(self, repack: type[Command[None]]) -> None:
        """A command that finds nothing to do is refused all the same when it looked at an old state."""

        class Look(Command[None], requires=anyone):
            order_id: OrderId = OrderId(7)
            expected_version: int | None = None

            def stream(self) -> str:
                return f"order:{self.order_id}"

        @Look.handler
        def look(command: Look) -> None: ...

        command_bus.dispatch(repack())
        command_bus.dispatch(Look(expected_version=1))
        with pytest.raises(StaleVersionError, match="order:7 stood at 0 when you looked and is at 1 now"):
            command_bus.dispatch(Look(expected_version=0))

    def test_of_a_stream_that_is_not_published_to_is_a_mistake(self, repack: type[Command[None]]) -> None:
        """Two such commands at the same moment would both pass: the first try of one says so."""

        class Confuse(Command[None], requires=anyone):
            order_id: OrderId = OrderId(7)
            expected_version: int | None = None

            def stream(self) -> str:
                return f"parcel:{self.order_id}"

        @Confuse.handler
        def confuse(command: Confuse) -> None:
            event_bus.publish(OrderPacked(order_id=command.order_id))

        with pytest.raises(MisuseError, match="order:7 was published to, but not parcel:7"):
            command_bus.dispatch(Confuse(expected_version=0))
        assert event_bus.latest(OrderPacked, "order:7") is None

    def test_of_a_command_inside_is_kept_apart(self, repack: type[Command[None]]) -> None:
        """An outer command of another stream that dispatches one inside publishes to its own after it."""

        class Around(Command[None], requires=anyone):
            order_id: OrderId = OrderId(7)
            expected_version: int | None = None

            def stream(self) -> str:
                return "order:8"

        @Around.handler
        def surround(command: Around) -> None:
            command_bus.dispatch(repack(expected_version=0))  # type: ignore[call-arg]
            event_bus.publish(OrderPacked(order_id=OrderId(8)))

        command_bus.dispatch(Around(expected_version=0))
        assert (log.head("order:7"), log.head("order:8")) == (1, 1)


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
