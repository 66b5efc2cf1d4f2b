"""The query bus reads and nothing else."""

from decimal import Decimal

import pytest
from django.db import connection, transaction

from cqrs import Context, NotFoundError, Query, anyone, command_bus, query_bus
from cqrs.errors import WriteInQueryError
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import order
from tests.cqrs.shop.events import OrderId
from tests.cqrs.shop.models import Order
from tests.cqrs.shop.queries.get_order import GetOrder, OrderDetail


def _write_inside_a_query() -> None:
    with isolated_registry():

        class Peek(Query[int], requires=anyone): ...

        @Peek.handler
        def peek(query: Peek) -> int:
            return int(Order.objects.create(customer="sneaky", total=1).pk)

        query_bus.ask(Peek())


@pytest.mark.django_db
class TestWithinATransaction:
    """As in a handler, or in a test."""

    def test_answers(self, anna: Context) -> None:
        """The answer is the handler's."""
        order_id = command_bus.dispatch(order())

        assert OrderDetail(customer="Ada", total=Decimal("10.00")) == query_bus.ask(GetOrder(order_id=order_id))

    def test_passes_on_a_domain_error(self) -> None:
        """What the handler does not find, the caller hears of."""
        with pytest.raises(NotFoundError):
            query_bus.ask(GetOrder(order_id=OrderId(0)))

    def test_refuses_a_write(self) -> None:
        """A handler that writes fails, on either database, with the same error."""
        with pytest.raises(WriteInQueryError):
            _write_inside_a_query()

    def test_lets_the_transaction_write_on(self) -> None:
        """What was read-only was the query, not the transaction around it."""
        with pytest.raises(WriteInQueryError):
            _write_inside_a_query()
        Order.objects.create(customer="open", total=1)

        assert list(Order.objects.values_list("customer", flat=True)) == ["open"]

    def test_refuses_a_command(self, anna: Context) -> None:
        """A query handler cannot have a command write in its place."""
        with isolated_registry():

            class Sly(Query[int], requires=anyone): ...

            @Sly.handler
            def sly(query: Sly) -> int:
                return command_bus.dispatch(order())

            with pytest.raises(WriteInQueryError, match="PlaceOrder"):
                query_bus.ask(Sly())

    def test_stays_read_only_after_an_inner_query(self) -> None:
        """A query that asked another one still cannot write."""
        with isolated_registry():

            class Nesting(Query[None], requires=anyone): ...

            @Nesting.handler
            def nesting(query: Nesting) -> None:
                with pytest.raises(NotFoundError):
                    query_bus.ask(GetOrder(order_id=OrderId(0)))
                Order.objects.create(customer="late", total=1)

            with pytest.raises(WriteInQueryError):
                query_bus.ask(Nesting())


@pytest.mark.django_db(transaction=True)
class TestOutsideATransaction:
    """As in a web request."""

    def test_refuses_a_write_and_recovers(self) -> None:
        """Nothing of the write remains, and the connection writes again afterwards."""
        with pytest.raises(WriteInQueryError):
            _write_inside_a_query()
        Order.objects.create(customer="open", total=1)

        assert list(Order.objects.values_list("customer", flat=True)) == ["open"]

    def test_takes_no_write_lock(self, anna: Context) -> None:
        """On SQLite an immediate transaction would lock every writer out; the query opens none."""
        with isolated_registry():

            class Look(Query[bool], requires=anyone): ...

            @Look.handler
            def look(query: Look) -> bool:
                Order.objects.exists()
                return connection.in_atomic_block

            assert (connection.vendor == "postgresql") == query_bus.ask(Look())

    def test_reads_what_the_transaction_around_it_wrote(self, anna: Context) -> None:
        """A query inside a transaction sees that transaction's own rows."""
        with transaction.atomic():
            order_id = command_bus.dispatch(order(customer="Grace"))

            assert query_bus.ask(GetOrder(order_id=order_id)).customer == "Grace"
