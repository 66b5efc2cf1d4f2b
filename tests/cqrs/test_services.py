"""The service registry."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Protocol

import pytest
import svcs

from cqrs.container import Services


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
    for ping in services.pings():
        ping.ping()

    assert len(asked) == 1


def test_close_gives_everything_back(services: Services) -> None:
    """After close a service is built anew."""
    before = services.get(Greeter)
    services.close()

    assert services.get(Greeter) is not before
