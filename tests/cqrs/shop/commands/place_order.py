"""Placing an order."""

from collections.abc import Iterator
from decimal import Decimal

from cqrs import Command, DomainError, event_bus, signed_in
from tests.cqrs.shop.events import OrderId, OrderPlaced
from tests.cqrs.shop.models import Order

_LARGEST = Decimal(1000)


class OrderTooLargeError(DomainError):
    """We do not take orders this large."""


class PlaceOrder(Command[OrderId], requires=signed_in):
    """Order something."""

    customer: str
    total: Decimal

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.customer:
            yield "customer", "Say who orders."
        if self.total <= 0:
            yield "total", "An order costs something."


@PlaceOrder.handler
def place_order(command: PlaceOrder) -> OrderId:
    order = Order.objects.create(customer=command.customer, total=command.total)
    order_id = OrderId(order.pk)
    event_bus.publish(OrderPlaced(order_id=order_id, customer=order.customer, total=order.total))
    if order.total > _LARGEST:
        raise OrderTooLargeError(f"{order.total} is more than {_LARGEST}.")
    return order_id
