"""A query with a policy, made for one test, and a command that makes its answers worthless."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from secrets import token_hex
from typing import Any, TypeVar

from django.db import connections

from cqrs import (
    Actor,
    Cache,
    Command,
    Event,
    Invalidation,
    NotAllowedError,
    Query,
    acting_as,
    anyone,
    command_bus,
    event_bus,
    query_bus,
)
from tests.cqrs.conftest import ANNA
from tests.cqrs.shop.models import Order

T = TypeVar("T")

BEN = Actor("user", 2, "ben")


def nothing() -> None:
    """What a handler waits for by default."""


@dataclass(frozen=True)
class Total:
    customer: str
    orders: int
    total: Decimal
    seen_by: str
    at: datetime | None = None


class Shop:
    """Messages that exist for one test: sums by customer, and what changes them."""

    def __init__(self, **policy: Any) -> None:
        self.computed = 0
        self.allowed = True
        self.before_answering: Callable[[], object] = nothing
        shop = self

        class Sold(Event):
            customer: str

            def stream(self) -> str:
                return f"customer:{self.customer}"

        def may_ask(_query: object, _actor: Actor) -> None:
            if not shop.allowed:
                raise NotAllowedError

        class Sell(Command[None], requires=anyone):
            customer: str

        @Sell.handler
        def sell(command: Sell) -> None:
            Order.objects.create(customer=command.customer, total=Decimal("10.50"))
            event_bus.publish(Sold(customer=command.customer))

        declared = {
            "seconds": 60,
            "key": lambda query, _actor: query.customer,
            "invalidated_by": (Invalidation(Sold, lambda event: event.customer),),
            **policy,
        }

        name = f"GetTotal-{token_hex(4)}"  # nothing that was kept for an earlier test has it

        class GetTotal(Query[Total], requires=may_ask, name=name, cache=Cache(**declared)):
            customer: str

        @GetTotal.handler
        def get_total(query: GetTotal, actor: Actor) -> Total:
            shop.computed += 1
            totals = list(Order.objects.filter(customer=query.customer).values_list("total", flat=True))
            shop.before_answering()
            return Total(query.customer, len(totals), sum(totals, Decimal(0)), actor.name)

        self.sold, self.sell, self.get_total = Sold, Sell, GetTotal

    def orders(self, customer: str = "Ada", actor: Actor = ANNA) -> int:
        with acting_as(actor):
            return query_bus.ask(self.get_total(customer=customer)).orders

    def sells(self, customer: str = "Ada") -> None:
        with acting_as(ANNA):
            command_bus.dispatch(self.sell(customer=customer))


def in_thread(ask: Callable[[], T]) -> T:
    """For a thread of the test: its connections are closed when it is done."""
    try:
        return ask()
    finally:
        connections.close_all()
