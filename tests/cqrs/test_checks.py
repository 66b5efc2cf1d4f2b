"""The system checks find what is wired wrongly."""

from typing import Any

import pytest
from django.core.checks import CheckMessage

from cqrs import Command, Context, Event, Lease, Query, anyone, command_bus
from cqrs.checks import check_deliveries, check_messages
from cqrs.models import Delivery
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import order


def ids(found: list[CheckMessage]) -> list[tuple[str | None, str]]:
    return sorted((each.id, str(each.msg).split()[0]) for each in found)


def test_the_shop_is_wired_rightly() -> None:
    """Nothing is found where nothing is wrong."""
    assert [each for each in check_messages() if "tests.cqrs" in str(each.obj)] == []


def test_every_mistake_is_found() -> None:
    """No handler, two handlers, nobody allowed, an event that cannot be stored, double names, unknown wishes."""
    with isolated_registry():

        class Unanswered(Command[None], requires=anyone): ...

        class Twice(Query[int], requires=anyone): ...

        class Open(Query[int]): ...

        class Opaque(Event):
            thing: Any

        class Vague(Command[complex], requires=anyone): ...

        class Needy(Command[int], requires=anyone, name="Open"): ...

        @Twice.handler
        def one(query: Twice) -> int:
            return 1

        @Twice.handler
        def two(query: Twice) -> int:
            return 2

        @Open.handler
        def answer(query: Open) -> int:
            return 3

        @Vague.handler
        def vary(command: Vague) -> complex:
            return 1j

        @Needy.handler
        def need(command: Needy, what: complex) -> int:
            return int(what.real)

        @Opaque.worker
        def hold(event: Opaque, lease: Lease) -> None: ...

        @Opaque.worker(key="shop.ship")
        def share(event: Opaque) -> None: ...

        found = [each for each in check_messages() if each.obj is None or "test_checks" in each.obj.__module__]

    assert ids(found) == [
        ("cqrs.E001", "Twice"),
        ("cqrs.E001", "Unanswered"),
        ("cqrs.E002", "Open"),
        ("cqrs.E003", "Opaque"),
        ("cqrs.E004", "2"),
        ("cqrs.E005", "hold"),
        ("cqrs.E005", "need"),
        ("cqrs.E007", "2"),
        ("cqrs.E012", "The"),
    ]


@pytest.mark.django_db
class TestDeliveries:
    def test_rows_that_wait_for_a_vanished_subscriber_are_found(self, anna: Context) -> None:
        """A worker renamed while rows wait for it is an error with its old name."""
        command_bus.dispatch(order())
        Delivery.objects.filter(subscriber_key="shop.pack").update(subscriber_key="shop.wrap")

        (found,) = check_deliveries(databases=["default"])
        assert (found.id, "shop.wrap" in found.msg) == ("cqrs.E006", True)

    def test_done_rows_need_no_subscriber(self, anna: Context) -> None:
        """History does not hold a renaming up, and without a database nothing is asked."""
        command_bus.dispatch(order())
        Delivery.objects.filter(subscriber_key="shop.pack").update(subscriber_key="gone", status="done")

        assert check_deliveries(databases=["default"]) == []
        assert check_deliveries(databases=None) == []
