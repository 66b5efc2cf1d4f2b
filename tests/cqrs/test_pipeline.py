"""The steps around a handler."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from cqrs import Actor, Command, Context, Decided, NotAllowedError, anyone, command_bus, current_context, signed_in
from cqrs.context import acting_as, ambient_context
from cqrs.errors import NoTransactionError
from cqrs.registry import Entry
from cqrs.testing import captured_events, isolated_registry
from tests.cqrs.conftest import ANNA
from tests.cqrs.shop.events import OrderId, OrderPacked

pytestmark = pytest.mark.django_db

seen: list[str] = []


def loud_step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    """A project's own step, which leaves silent commands alone."""
    if entry.name == "Silent":
        return None

    def around(command: Any, proceed: Callable[[Any], Any]) -> Any:
        seen.append(f"{entry.name} in transaction: {connection.in_atomic_block}")
        return proceed(command)

    return around


class TestProjectStep:
    @override_settings(CQRS_COMMAND_STEPS=["tests.cqrs.test_pipeline.loud_step"])
    def test_stands_inside_the_transaction_where_it_applies(self) -> None:
        """The setting adds a step around the handlers of the commands that it wants; the others pay nothing."""
        seen.clear()
        with isolated_registry():

            class Loud(Command[int], requires=anyone): ...

            class Silent(Command[int], requires=anyone): ...

            @Loud.handler
            def loud(command: Loud) -> int:
                return 1

            @Silent.handler
            def silent(command: Silent) -> int:
                return 2

            answers = command_bus.dispatch(Loud()), command_bus.dispatch(Silent())

        assert (answers, seen) == ((1, 2), ["Loud in transaction: True"])

    @override_settings(CQRS_COMMAND_STEPS=["tests.cqrs.test_pipeline.loud_step"])
    def test_comes_after_the_authorisation(self) -> None:
        """A stranger's command does not reach it."""
        seen.clear()
        with isolated_registry():

            class Loud(Command[None], requires=signed_in): ...

            @Loud.handler
            def loud(command: Loud) -> None: ...

            with pytest.raises(NotAllowedError):
                command_bus.dispatch(Loud())

        assert seen == []


class TestTransaction:
    def test_is_left_out_where_a_command_needs_none(self, django_assert_num_queries: Any) -> None:
        """With transaction=False the database is not asked for anything."""
        with isolated_registry():

            class Reckon(Command[int], requires=anyone, transaction=False):
                by: int

            @Reckon.handler
            def reckon(command: Reckon) -> int:
                return command.by + 1

            with django_assert_num_queries(0):
                assert command_bus.dispatch(Reckon(by=1)) == 2

    @pytest.mark.django_db(transaction=True)
    def test_is_needed_to_publish(self) -> None:
        """A command without one has no change that an event could be stored with."""
        with isolated_registry():

            class Tell(Command[None], requires=anyone, transaction=False): ...

            @Tell.handler
            def tell(command: Tell) -> Decided[None]:
                return Decided(None, (OrderPacked(order_id=OrderId(1)),))

            with pytest.raises(NoTransactionError):
                command_bus.dispatch(Tell())


class TestDecided:
    def test_publishes_what_a_pure_handler_decided(self) -> None:
        """A handler that only decides returns its answer and its events, in order; the pipeline publishes them."""
        events = tuple(OrderPacked(order_id=OrderId(number)) for number in (1, 2))
        with isolated_registry():

            class Decide(Command[str], requires=anyone): ...

            @Decide.handler
            def decide(command: Decide) -> Decided[str]:
                return Decided("packed", events)

            with captured_events() as published:
                answer = command_bus.dispatch(Decide())

        assert (answer, published) == ("packed", list(events))


class TestContext:
    def test_is_opened_for_one_dispatch(self) -> None:
        """Outside of every door a command has a conversation of its own, which ends with it."""
        with isolated_registry():

            class Ask(Command[tuple[str, str]], requires=anyone, transaction=False): ...

            @Ask.handler
            def ask(command: Ask) -> tuple[str, str]:
                return current_context().correlation_id, current_context().correlation_id

            first, second = command_bus.dispatch(Ask())
            third, _ = command_bus.dispatch(Ask())

        assert first == second != third
        assert ambient_context() is None

    def test_asks_for_the_actor_of_now(self, anna: Context) -> None:
        """A pipeline compiled for one actor serves the next one as well."""
        with isolated_registry():

            class Who(Command[str], requires=signed_in, transaction=False): ...

            @Who.handler
            def who(command: Who, actor: Actor) -> str:
                return actor.name

            names = [command_bus.dispatch(Who())]
            with acting_as(Actor("user", 2, "bert")):
                names.append(command_bus.dispatch(Who()))

        assert names == [ANNA.name, "bert"]
