"""The command bus."""

from decimal import Decimal

import pytest

from cqrs import (
    Actor,
    Command,
    Context,
    InvalidMessageError,
    NotAllowedError,
    acting_as,
    anyone,
    command_bus,
    current_context,
)
from cqrs.errors import NoHandlerError
from cqrs.models import Delivery, StoredEvent
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import order
from tests.cqrs.shop.commands.pack_order import PackOrder
from tests.cqrs.shop.commands.place_order import OrderTooLargeError
from tests.cqrs.shop.models import Effect, Order

pytestmark = pytest.mark.django_db


class TestDispatch:
    def test_returns_the_handlers_answer(self, anna: Context) -> None:
        """The caller gets what the handler returned."""
        order_id = command_bus.dispatch(order())

        assert Order.objects.get().pk == order_id

    def test_commits_everything_or_nothing(self, anna: Context) -> None:
        """A handler that fails leaves no row, no event, no delivery and no subscriber's effect."""
        with pytest.raises(OrderTooLargeError):
            command_bus.dispatch(order(total="1000.01"))

        counts = [model.objects.count() for model in (Order, StoredEvent, Delivery, Effect)]
        assert counts == [0, 0, 0, 0]

    def test_collects_what_is_wrong_by_field(self, anna: Context) -> None:
        """Validation names every field at once, before the handler runs."""
        with pytest.raises(InvalidMessageError) as caught:
            command_bus.dispatch(order(customer="", total="0"))

        assert caught.value.fields == {"customer": ["Say who orders."], "total": ["An order costs something."]}
        assert caught.value.code == "invalid_message"

    def test_refuses_an_anonymous_actor(self) -> None:
        """Outside of any door nobody is signed in."""
        with pytest.raises(NotAllowedError, match="Sign in first"):
            command_bus.dispatch(order())

    def test_refuses_a_person_where_only_the_system_may(self, anna: Context) -> None:
        """A person cannot send what the system keeps for itself."""
        with pytest.raises(NotAllowedError):
            command_bus.dispatch(PackOrder(order_id=1))  # type: ignore[arg-type]  # any number does

    def test_checks_who_asks_before_what_is_asked(self) -> None:
        """A stranger learns nothing about which values are valid."""
        with pytest.raises(NotAllowedError):
            command_bus.dispatch(order(customer=""))

    def test_is_closed_where_no_requirement_is_declared(self, anna: Context) -> None:
        """A message that forgot `requires` is refused to everybody."""
        with isolated_registry():

            class Forgotten(Command[None]): ...

            with pytest.raises(NotAllowedError, match="does not say who"):
                command_bus.dispatch(Forgotten())

    def test_needs_a_handler(self) -> None:
        """A command nobody handles is the programmer's error."""
        with isolated_registry():

            class Orphan(Command[None], requires=anyone): ...

            with pytest.raises(NoHandlerError, match="Orphan has 0 handlers"):
                command_bus.dispatch(Orphan())


class TestInjection:
    def test_gives_context_and_actor_by_type(self) -> None:
        """A handler that asks for them gets the ambient ones."""
        with isolated_registry():

            class Who(Command[tuple[str, str]], requires=anyone): ...

            @Who.handler
            def who(command: Who, actor: Actor, context: Context) -> tuple[str, str]:
                return actor.name, context.source

            with acting_as(Actor.system("nightly"), source="cron"):
                answer = command_bus.dispatch(Who())

        assert answer == ("nightly", "cron")

    def test_leaves_a_default_alone(self) -> None:
        """A parameter with a default is not looked up."""
        with isolated_registry():

            class Add(Command[Decimal], requires=anyone): ...

            @Add.handler
            def add(command: Add, more: Decimal = Decimal(2)) -> Decimal:
                return more

            assert Decimal(2) == command_bus.dispatch(Add())

    def test_keeps_one_conversation_through_nested_commands(self) -> None:
        """A command without surroundings opens a conversation that the commands inside share."""
        with isolated_registry():

            class Inner(Command[str], requires=anyone): ...

            class Outer(Command[tuple[str, str]], requires=anyone): ...

            @Inner.handler
            def inner(command: Inner) -> str:
                return current_context().correlation_id

            @Outer.handler
            def outer(command: Outer, context: Context) -> tuple[str, str]:
                return context.correlation_id, command_bus.dispatch(Inner())

            first, second = command_bus.dispatch(Outer())

        assert first == second
