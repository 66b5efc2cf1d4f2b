"""The shop's people and the things to look at."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from config.celery import app
from cqrs import Actor, Context, acting_as, services
from tests.cqrs.shop.commands.place_order import PlaceOrder
from tests.cqrs.shop.mailer import ListMailer, Mailer

ANNA = Actor("user", 1, "anna")


@pytest.fixture
def anna() -> Iterator[Context]:
    with acting_as(ANNA, source="cli") as context:
        yield context


@pytest.fixture
def mailer() -> Iterator[ListMailer]:
    mailer = ListMailer()
    with services.overriding(Mailer, mailer):
        yield mailer


def order(customer: str = "Ada", total: str = "10.00") -> PlaceOrder:
    return PlaceOrder(customer=customer, total=Decimal(total))


@pytest.fixture
def empty_queues() -> None:
    """No wake-up of an earlier test waits at the broker."""
    with app.connection_for_write() as broker:
        for queue in ("short", "long"):
            broker.SimpleQueue(queue).clear()
