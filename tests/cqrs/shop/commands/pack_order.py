"""Packing an order, which the shop's own worker does."""

from cqrs import Actor, Command, event_bus, system_only
from tests.cqrs.shop.events import OrderId, OrderPacked
from tests.cqrs.shop.models import Effect


class PackOrder(Command[None], requires=system_only):
    """Say that an order is packed."""

    order_id: OrderId


@PackOrder.handler
def pack_order(command: PackOrder, actor: Actor) -> None:
    Effect.objects.create(by="pack_order", note=actor.name)
    event_bus.publish(OrderPacked(order_id=command.order_id))
