"""The messages that are measured, and their handlers."""

from collections.abc import Iterator
from decimal import Decimal

from cqrs import Actor, Command, Event, event_bus, signed_in
from projects.access import Role, project_role
from projects.ids import ProjectId
from tests.cqrs.shop.models import Effect, Order

SUBSCRIBERS = 5


class Reckon(Command[int], requires=signed_in, transaction=False):
    """No database: every step of the pipeline that can apply to it does."""

    number: int

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.number < 0:
            yield "number", "Not below nothing."


@Reckon.handler
def reckon(command: Reckon, actor: Actor) -> int:
    return command.number + len(actor.name)


class Sold(Event):
    order_id: int
    customer: str
    total: Decimal


class SoldToMany(Event):
    order_id: int
    customer: str
    total: Decimal


class Sell(Command[int], requires=project_role(Role.PREPARER)):
    project_id: ProjectId
    customer: str
    total: Decimal


class SellToMany(Command[int], requires=project_role(Role.PREPARER)):
    project_id: ProjectId
    customer: str
    total: Decimal


@Sell.handler
def sell(command: Sell) -> int:
    order = Order.objects.create(customer=command.customer, total=command.total)
    event_bus.publish(Sold(order_id=order.pk, customer=command.customer, total=command.total))
    return order.pk


@SellToMany.handler
def sell_to_many(command: SellToMany) -> int:
    order = Order.objects.create(customer=command.customer, total=command.total)
    event_bus.publish(SoldToMany(order_id=order.pk, customer=command.customer, total=command.total))
    return order.pk


@Sold.worker(key="bench.alone")
def deliver(event: Sold) -> None: ...


class Rung(Event):
    """Its subscribers do nothing."""

    bell_id: int


class Counted(Event):
    """Its subscribers write a row each."""

    counter_id: int


def _worker(number: int) -> None:
    @SoldToMany.worker(key=f"bench.{number}")
    def deliver_to_many(event: SoldToMany) -> None: ...


def _subscriber(number: int) -> None:
    def hear(_event: Rung) -> None: ...

    def count(_event: Counted) -> None:
        Effect.objects.create(by="count", note=str(number))

    hear.__qualname__, count.__qualname__ = f"hear_{number}", f"count_{number}"
    Rung.subscriber(hear)
    Counted.subscriber(count)


for each in range(SUBSCRIBERS):
    _worker(each)
    _subscriber(each)
