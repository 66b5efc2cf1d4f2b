"""Transactions that the database throws out, so that another one gets through."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import OperationalError, connection, connections, transaction

from cqrs import Command, anyone, command_bus, event_bus
from cqrs.models import StoredEvent
from cqrs.pipeline.transaction import TRIES
from cqrs.testing import isolated_registry
from tests.cqrs.shop.events import OrderId, OrderPacked

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def closing(work: Callable[[], None]) -> None:
    """In a thread of its own, with a connection of its own that deadlocks quickly."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '50ms'")
        work()
    finally:
        connections.close_all()


def test_two_that_publish_to_two_streams_in_opposite_order_both_end_well() -> None:
    """One of them is the deadlock's victim; it starts anew, and all four events are there, without a gap."""
    first_written = Barrier(2)
    with isolated_registry():

        class PackBoth(Command[None], requires=anyone):
            order_ids: tuple[OrderId, OrderId]

        tries: list[PackBoth] = []

        @PackBoth.handler
        def pack_both(command: PackBoth) -> None:
            tries.append(command)
            event_bus.publish(OrderPacked(order_id=command.order_ids[0]))
            if len(tries) <= 2:
                first_written.wait(10)
            event_bus.publish(OrderPacked(order_id=command.order_ids[1]))

        one, other = OrderId(1), OrderId(2)
        commands = PackBoth(order_ids=(one, other)), PackBoth(order_ids=(other, one))
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(closing, partial(command_bus.dispatch, command)) for command in commands]:
                done.result()

    stored = StoredEvent.objects.filter(name="OrderPacked").order_by("stream", "position")
    assert list(stored.values_list("stream", "position")) == [
        ("order:1", 1), ("order:1", 2), ("order:2", 1), ("order:2", 2),
    ]  # fmt: skip
    assert len(tries) == 3


class TestRetry:
    def serialisation_failure(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost a race' USING ERRCODE = '40001'; END $$")

    def failing(self, times: int, error: Callable[[], None]) -> tuple[type[Command[int]], list[int]]:
        """A command that fails so many times, and a list with an entry for each try."""

        class Race(Command[int], requires=anyone): ...

        tries: list[int] = []

        @Race.handler
        def race(command: Race) -> int:
            tries.append(len(tries))
            if len(tries) <= times:
                error()
            return len(tries)

        return Race, tries

    def test_ends_as_soon_as_it_succeeds(self) -> None:
        """Two lost races, and the answer is the third try's."""
        with isolated_registry():
            race, _ = self.failing(2, self.serialisation_failure)

            assert command_bus.dispatch(race()) == 3

    def test_gives_up_in_the_end(self) -> None:
        """Who always loses is told."""
        with isolated_registry():
            race, tries = self.failing(99, self.serialisation_failure)
            with pytest.raises(OperationalError, match="lost a race"):
                command_bus.dispatch(race())

        assert len(tries) == TRIES

    def test_is_left_to_the_outermost_transaction(self) -> None:
        """Inside another transaction there is nothing to begin anew: what went before is lost as well."""
        with isolated_registry():
            race, tries = self.failing(1, self.serialisation_failure)
            with pytest.raises(OperationalError), transaction.atomic():
                command_bus.dispatch(race())

        assert len(tries) == 1

    def test_does_not_repeat_what_is_committed(self) -> None:
        """A lost race of something that runs after the commit is not the command's: it is not done a second time."""
        with isolated_registry():
            race, tries = self.failing(0, self.serialisation_failure)

            class Follow(Command[None], requires=anyone): ...

            @Follow.handler
            def follow(command: Follow) -> None:
                command_bus.dispatch(race())
                transaction.on_commit(self.serialisation_failure)

            with pytest.raises(OperationalError):
                command_bus.dispatch(Follow())

        assert len(tries) == 1

    def test_leaves_other_errors_alone(self) -> None:
        """What no repetition heals is raised at once."""

        def broken() -> None:
            raise BrokenBarrierError

        with isolated_registry():
            race, tries = self.failing(1, broken)
            with pytest.raises(BrokenBarrierError):
                command_bus.dispatch(race())

        assert len(tries) == 1
