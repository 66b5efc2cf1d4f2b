"""Queries on a real streaming replica: what is read there, by whom, and what happens when it lags or is gone."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from cqrs import Context, Query, acting_as, anyone, command_bus, current_context, query_bus, services
from cqrs.context import entering
from cqrs.errors import WriteInQueryError
from cqrs.replica import REPLICA, Replica
from cqrs.replica.middleware import COOKIE, HEADER
from cqrs.replica.read_after import ReadAfter
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.models import Order
from tests.cqrs.waiting import eventually
from tests.servers.replica import Standby, replica_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", REPLICA])]

PROJECTS = "/api/v1/projects"
Asked = Callable[[], tuple[str, int]]


@pytest.fixture(scope="module")
def standby(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Standby]:
    """A replica that the installation knows; a module's, because Django looks at the databases before each test."""
    configured = connections.settings
    with replica_of(int(connection.settings_dict["PORT"])) as standby:
        connections.settings = {**configured, REPLICA: _on_port(standby.port)}
        try:
            yield standby
        finally:
            connections.settings = configured


def _on_port(port: int) -> dict[str, Any]:
    settings = deepcopy(connection.settings_dict)
    return {
        **settings,
        "PORT": str(port),
        "OPTIONS": {"connect_timeout": 2},
        "TEST": {**settings["TEST"], "MIRROR": "default"},
    }


@pytest.fixture
def replica(standby: Standby) -> Iterator[Replica]:
    """Up to date, and nobody has complained of it."""
    replica = Replica(max_lag=3600, quiet=0.2)
    with services.overriding(Replica, replica):
        assert eventually(lambda: replica.has(ReadAfter()))
        yield replica
    standby.resume()
    connections[REPLICA].close()


@pytest.fixture
def asked(replica: Replica) -> Iterator[Asked]:
    """Asks how many orders there are, and which database says so."""
    with isolated_registry():

        class CountOrders(Query[tuple[str, int]], requires=anyone): ...

        @CountOrders.handler
        def count_orders(query: CountOrders) -> tuple[str, int]:
            orders = Order.objects.all()
            return orders.db, orders.count()

        yield lambda: query_bus.ask(CountOrders())


def visitor() -> Context:
    """Somebody who has written nothing and seen nothing."""
    return Context(who=ANNA, correlation_id=str(uuid4()), read_after=ReadAfter(unknown=False))


class TestWhoeverWroteNothing:
    def test_is_answered_by_the_replica(self, asked: Asked) -> None:
        """Each ORM call of the handler goes there though none of them names it."""
        with entering(visitor()):
            assert asked() == (REPLICA, 0)

    def test_is_answered_by_the_primary_when_the_replica_is_too_far_behind(
        self, asked: Asked, standby: Standby
    ) -> None:
        """Nobody is given what is older than the installation allows."""
        standby.pause()
        with acting_as(ANNA):
            command_bus.dispatch(order())
        with entering(visitor()):
            assert asked() == (REPLICA, 0)
        with services.overriding(Replica, Replica(max_lag=0)), entering(visitor()):
            assert asked() == ("default", 1)


class TestWhoeverWrote:
    def test_reads_it_at_once(self, asked: Asked, standby: Standby) -> None:
        """As long as the replica has not got it, from the primary; later from the replica."""
        standby.pause()
        with entering(visitor()):
            command_bus.dispatch(order())
            assert asked() == ("default", 1)

            standby.resume()

            assert eventually(lambda: asked() == (REPLICA, 1))

    def test_reads_it_over_http(self, replica: Replica, standby: Standby) -> None:
        """The response to a write carries the position, as cookie and as header; the next request asks for it by either
        one. Somebody without it is answered by the replica.
        """
        anna, cookies, nothing = User.objects.create_user("anna"), Client(), Client()
        for browser in (cookies, nothing):
            browser.force_login(anna)
        assert eventually(lambda: replica.has(ReadAfter()))
        standby.pause()
        created = cookies.post(PROJECTS, {"name": "Q3 close"}, content_type="application/json")
        position = created.headers[HEADER]

        assert (created.status_code, cookies.cookies[COOKIE].value) == (201, position)
        assert _names(cookies.get(PROJECTS)) == ["Q3 close"]
        assert _names(nothing.get(PROJECTS)) == []
        assert _names(nothing.get(PROJECTS, headers={HEADER: position})) == ["Q3 close"]

    def test_hands_on_what_it_was_given(self, replica: Replica, client: Client) -> None:
        """A request that only reads sets no cookie of its own."""
        response = client.get("/sign-in/", headers={HEADER: "10"})

        assert (response.status_code, HEADER in response.headers, COOKIE in response.cookies) == (200, False, False)

    def test_is_answered_by_the_primary_when_its_position_is_unknown(self, replica: Replica, client: Client) -> None:
        """A primary that is lost after the commit costs the caller neither the response nor what it wrote."""

        class Lost(Replica):
            def settled(self, read_after: ReadAfter) -> int:
                raise OperationalError("The connection is lost.")

        with services.overriding(Replica, Lost()):
            response = client.post("/sign-in/", {})
        read_after = ReadAfter()
        read_after.take(response.headers[HEADER])

        assert (response.status_code, replica.has(read_after)) == (200, False)

    @pytest.mark.parametrize("text", ["", "-1", "zz", "F" * 17, "0x10"])
    def test_may_not_make_positions_up(self, text: str) -> None:
        """What is no position of ours is as good as none."""
        read_after = ReadAfter()
        read_after.take(text)

        assert (read_after.position, read_after.unknown) == (0, False)

    def test_is_whoever_cannot_say(self, asked: Asked, standby: Standby) -> None:
        """A worker, or a shell, has seen what was committed before it asked: the event that it works on, for one."""
        standby.pause()
        with acting_as(ANNA):
            command_bus.dispatch(order())
        with acting_as(ANNA, source="worker"):
            assert asked() == ("default", 1)
            assert current_context().read_after.position > 0

    def test_reads_inside_its_transaction_from_the_primary(self, asked: Asked) -> None:
        """Before the commit there is nothing that a replica could know."""
        with entering(visitor()), transaction.atomic():
            command_bus.dispatch(order())

            assert asked() == ("default", 1)


class TestAReplicaThatIsGone:
    @pytest.fixture
    def own(self, standby: Standby, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standby]:
        """One to be killed, which the installation knows instead of the others'."""
        with replica_of(int(connection.settings_dict["PORT"])) as own:
            monkeypatch.setitem(connections.settings, REPLICA, _on_port(own.port))
            del connections[REPLICA]
            yield own
        connections[REPLICA].close()
        del connections[REPLICA]

    def test_is_replaced_by_the_primary(self, own: Standby, replica: Replica, asked: Asked) -> None:
        """Killed between two queries: the next is answered all the same, and then nobody tries for a while."""
        with entering(visitor()):
            assert eventually(lambda: asked()[0] == REPLICA)
            own.kill()

            begun = monotonic()
            assert asked() == ("default", 0)
            assert not replica.has(ReadAfter(unknown=False))
            assert monotonic() - begun < 3

    def test_is_replaced_in_the_middle_of_a_query(self, replica: Replica) -> None:
        """A session that ends while the handler reads: the handler runs again, on the primary."""
        with isolated_registry():
            databases = []

            class Look(Query[int], requires=anyone): ...

            @Look.handler
            def look(query: Look) -> int:
                databases.append(Order.objects.all().db)
                if len(databases) == 1:
                    _end_session(REPLICA)
                return Order.objects.count()

            with entering(visitor()):
                assert query_bus.ask(Look()) == 0

        assert databases == [REPLICA, "default"]

    def test_is_asked_again_after_the_quiet_period(self, replica: Replica, asked: Asked) -> None:
        """A failure is not for ever."""
        replica.rest(ConnectionError("for a test"))
        with entering(visitor()):
            assert asked()[0] == "default"
            assert eventually(lambda: asked()[0] == REPLICA, seconds=5)


def _names(response: Any) -> list[str]:
    return [row["name"] for row in response.json()["results"]]


def _end_session(alias: str) -> None:
    own = connections[alias].connection.info.backend_pid
    outside = connections[alias].copy()
    with outside.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [own])
    outside.close()


class TestARoutedHandlerThatWrites:
    @pytest.mark.parametrize("alias", [None, "default", REPLICA])
    def test_fails(self, replica: Replica, alias: str | None) -> None:
        """Through the ORM's own choice, or past it to either database by name."""
        with isolated_registry():

            class Peek(Query[int], requires=anyone): ...

            @Peek.handler
            def peek(query: Peek) -> int:
                orders = Order.objects.using(alias) if alias else Order.objects
                return int(orders.create(customer="sneaky", total=1).pk)

            with entering(visitor()), pytest.raises(WriteInQueryError):
                query_bus.ask(Peek())

        assert not Order.objects.exists()

    def test_fails_in_raw_sql(self, replica: Replica) -> None:
        """A cursor of the primary, which no router sees, is read-only as well."""
        with isolated_registry():

            class Peek(Query[None], requires=anyone): ...

            @Peek.handler
            def peek(query: Peek) -> None:
                with connection.cursor() as cursor, cursor.copy("COPY shop_order (customer, total) FROM STDIN") as copy:
                    copy.write(b"sneaky\t1\n")

            with entering(visitor()), pytest.raises(WriteInQueryError):
                query_bus.ask(Peek())

        assert not Order.objects.exists()


def test_what_was_read_on_the_replica_is_written_on_the_primary(replica: Replica) -> None:
    """A model that leaves a query, which it should not, belongs to the primary again."""
    with acting_as(ANNA):
        command_bus.dispatch(order())
    assert eventually(lambda: replica.has(ReadAfter()))
    found = Order.objects.using(REPLICA).get()
    found.customer = "Grace"
    found.save()

    assert Order.objects.using("default").get().customer == "Grace"
