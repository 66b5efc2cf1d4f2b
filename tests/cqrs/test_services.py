"""The service registry."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep
from typing import Protocol

import pytest
import svcs
from django.db import transaction

from cqrs import Command, Context, Event, anyone, command_bus, event_bus
from cqrs import services as installed
from cqrs.container import OutsideMessageError, Services
from cqrs.testing import drain, isolated_registry


class Greeter(Protocol):
    def greet(self) -> str: ...


class English:
    def greet(self) -> str:
        return "hello"


class German:
    def greet(self) -> str:
        return "hallo"


@pytest.fixture
def services() -> Services:
    services = Services()
    services.register(Greeter, English)
    return services


def test_builds_each_service_once(services: Services) -> None:
    """The same instance answers every time."""
    assert services.get(Greeter) is services.get(Greeter)


def test_builds_once_however_many_threads_ask() -> None:
    """Threads that ask at the same moment share one instance."""
    built: list[English] = []

    def build() -> English:
        sleep(0.01)
        built.append(English())
        return built[-1]

    services = Services()
    services.register(Greeter, build)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: services.get(Greeter), range(8)))

    assert len(built) == 1
    assert set(answers) == set(built)


def test_overriding_reaches_other_threads_and_ends(services: Services) -> None:
    """A fake is seen everywhere inside the block and nowhere after it."""
    with services.overriding(Greeter, German()), ThreadPoolExecutor(1) as pool:
        inside = pool.submit(lambda: services.get(Greeter).greet()).result()

    assert (inside, services.get(Greeter).greet()) == ("hallo", "hello")


def test_a_falsy_replacement_is_a_replacement(services: Services) -> None:
    """What replaces a service may be empty."""

    class Empty(German):
        def __len__(self) -> int:
            return 0

    with services.overriding(Greeter, Empty()):
        assert services.get(Greeter).greet() == "hallo"


def test_registering_again_replaces(services: Services) -> None:
    """The composition root has the last word."""
    services.get(Greeter)
    services.register(Greeter, German)

    assert services.get(Greeter).greet() == "hallo"


def test_says_what_is_missing(services: Services) -> None:
    """A service nobody registered is an error with its name."""
    with pytest.raises(svcs.exceptions.ServiceNotFoundError, match="English"):
        services.get(English)
    assert English not in services


def test_pings_what_can_be_pinged(services: Services) -> None:
    """The health page asks each service that has a ping."""
    asked: list[Greeter] = []
    services.register(Greeter, English, ping=asked.append)
    for ping in services.pings().values():
        ping()

    assert asked == [services.get(Greeter)]


def test_close_gives_everything_back(services: Services) -> None:
    """After close a service is built anew."""
    before = services.get(Greeter)
    services.close()

    assert services.get(Greeter) is not before


class Parcel:
    """What a message wraps up for itself."""


def test_closes_in_reverse_order(services: Services) -> None:
    """What was built last is closed first, be its factory a generator or a context manager."""
    told: list[str] = []

    @contextmanager
    def english() -> Iterator[English]:
        told.append("open english")
        yield English()
        told.append("close english")

    def german() -> Iterator[German]:
        services.get(English)
        told.append("open german")
        yield German()
        told.append("close german")

    services.register(English, english)
    services.register(German, german)
    services.get(German)
    services.close()

    assert told == ["open english", "open german", "close german", "close english"]


class TestScope:
    """Services that live as long as a message."""

    @pytest.fixture
    def told(self) -> list[str]:
        return []

    @pytest.fixture
    def scoped(self, services: Services, told: list[str]) -> Services:
        def parcel() -> Iterator[Parcel]:
            told.append("open")
            yield Parcel()
            told.append("close")

        services.register(Parcel, parcel, scope="message")
        return services

    def test_is_built_once_per_message(self, scoped: Services, told: list[str]) -> None:
        """Asked twice in one message it is the same, in the next another, and nobody builds what nobody asks for."""
        with scoped.scope():
            first = scoped.get(Parcel)
            same = scoped.get(Parcel) is first
        with scoped.scope():
            pass
        with scoped.scope():
            other = scoped.get(Parcel) is not first

        assert (same, other, told) == (True, True, ["open", "close", "open", "close"])

    def test_a_message_within_a_message_has_its_own(self, scoped: Services, told: list[str]) -> None:
        """The inner one is closed while the outer one lives on."""
        with scoped.scope():
            outer = scoped.get(Parcel)
            with scoped.scope():
                inner = scoped.get(Parcel)
            before_the_end = list(told)

        assert outer is not inner
        assert (before_the_end, told[-1]) == (["open", "open", "close"], "close")

    def test_threads_do_not_share_it(self, scoped: Services) -> None:
        """Two messages at the same moment have two."""

        def handle(_: int) -> Parcel:
            with scoped.scope():
                return scoped.get(Parcel)

        with ThreadPoolExecutor(8) as pool:
            parcels = list(pool.map(handle, range(8)))

        assert len(set(parcels)) == 8

    def test_is_closed_after_a_failure(self, scoped: Services, told: list[str]) -> None:
        """A message that fails gives everything back too."""

        def fail() -> None:
            with scoped.scope():
                scoped.get(Parcel)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()

        assert told == ["open", "close"]

    def test_needs_a_message(self, scoped: Services) -> None:
        """Outside of a message there is none, and the error says so."""
        with pytest.raises(OutsideMessageError, match="Parcel"):
            scoped.get(Parcel)

    def test_can_be_replaced(self, scoped: Services) -> None:
        """A fake stands in for it, within a message and outside."""
        fake = Parcel()
        with scoped.overriding(Parcel, fake):
            assert scoped.get(Parcel) is fake


@pytest.mark.django_db
class TestScopeOfMessages:
    """The buses and the workers open and close it."""

    def test_a_command_has_its_own(self, told_by_installation: list[str]) -> None:
        """Asked for twice by a handler it is one, closed after it; a nested command has another."""
        with isolated_registry():

            class Wrap(Command[bool], requires=anyone):
                depth: int

            @Wrap.handler
            def wrap(command: Wrap, parcel: Parcel) -> bool:
                if command.depth:
                    command_bus.dispatch(Wrap(depth=command.depth - 1))
                return parcel is installed.get(Parcel)

            same = command_bus.dispatch(Wrap(depth=1))

        assert (same, told_by_installation) == (True, ["open", "open", "close", "close"])

    def test_a_delivery_has_its_own(self, told_by_installation: list[str], anna: Context) -> None:
        """Each worker's attempt is a message."""
        with isolated_registry():

            class Wrapped(Event):
                parcel_id: int

            @Wrapped.worker(key="tests.unwrap")
            def unwrap(_event: Wrapped, parcel: Parcel) -> None:
                told_by_installation.append(type(parcel).__name__)

            with transaction.atomic():
                event_bus.publish(Wrapped(parcel_id=1))
                event_bus.publish(Wrapped(parcel_id=2))
            drain()

        assert told_by_installation == ["open", "Parcel", "close"] * 2

    @pytest.fixture
    def told_by_installation(self) -> list[str]:
        """What happened to the parcels of the registry that the buses use."""
        told: list[str] = []

        def parcel() -> Iterator[Parcel]:
            told.append("open")
            yield Parcel()
            told.append("close")

        installed.register(Parcel, parcel, scope="message")
        return told
