"""What the shop does when something happened."""

from time import sleep

from cqrs import Lease, command_bus
from tests.cqrs.shop.commands.pack_order import PackOrder
from tests.cqrs.shop.events import OrderPacked, OrderPlaced
from tests.cqrs.shop.mailer import Mailer
from tests.cqrs.shop.models import Effect


@OrderPlaced.subscriber
def count_order(event: OrderPlaced) -> None:
    Effect.objects.create(by="count_order", note=event.customer)


@OrderPlaced.worker(key="shop.send_receipt", max_attempts=3)
def send_receipt(event: OrderPlaced, mailer: Mailer) -> None:
    Effect.objects.create(by="send_receipt", note=event.customer)
    mailer.send(f"{event.customer} owes {event.total}")


@OrderPlaced.worker(key="shop.post_to_ledger", order_by=lambda event: event.customer, max_attempts=1)
def post_to_ledger(event: OrderPlaced, mailer: Mailer) -> None:
    mailer.send(f"ledger {event.order_id}")


@OrderPlaced.worker(key="shop.pack", long=True)
def pack(event: OrderPlaced, lease: Lease) -> None:
    """For a customer called Sloth it takes until somebody opens the gate."""
    lease.heartbeat()
    while event.customer == "Sloth" and not Effect.objects.filter(by="gate").exists():
        sleep(0.05)
        lease.heartbeat()
    with lease.acknowledging():
        command_bus.dispatch(PackOrder(order_id=event.order_id))


@OrderPacked.worker(key="shop.ship")
def ship(event: OrderPacked) -> None:
    Effect.objects.create(by="ship", note=str(event.order_id))
