"""One order."""

from dataclasses import dataclass
from decimal import Decimal

from cqrs import NotFoundError, Query, anyone
from tests.cqrs.shop.events import OrderId
from tests.cqrs.shop.models import Order


@dataclass(frozen=True)
class OrderDetail:
    customer: str
    total: Decimal


class GetOrder(Query[OrderDetail], requires=anyone):
    """What somebody ordered."""

    order_id: OrderId


@GetOrder.handler
def get_order(query: GetOrder) -> OrderDetail:
    order = Order.objects.filter(pk=query.order_id).first()
    if order is None:
        raise NotFoundError(f"There is no order {query.order_id}.")
    return OrderDetail(customer=order.customer, total=order.total)
