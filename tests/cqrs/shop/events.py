"""What happens in the shop."""

from decimal import Decimal
from typing import NewType

from cqrs import Event

OrderId = NewType("OrderId", int)


class OrderPlaced(Event):
    """Somebody ordered something."""

    order_id: OrderId
    customer: str
    total: Decimal


class OrderPacked(Event):
    order_id: OrderId
