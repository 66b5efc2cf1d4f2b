"""The deliveries, the newest first."""

from cqrs import Page, Query
from cqrs.models import Delivery
from cqrs.operating.operators import operators
from cqrs.queries.newest import newest
from cqrs.queries.rows import DeliveryRow, delivery_row


class ListDeliveries(Query[Page[DeliveryRow]], requires=operators):
    """Deliveries by status and subscriber, the newest first; a page of a search may hold few of them and go on."""

    status: str = ""
    subscriber_key: str = ""
    order_key: str = ""
    after: str | None = None
    limit: int = 50

    def validate(self) -> list[tuple[str, str]]:
        known = not self.status or self.status in Delivery.Status.values
        return [] if known else [("status", f"One of {', '.join(Delivery.Status.values)}.")]


@ListDeliveries.handler
def list_deliveries(query: ListDeliveries) -> Page[DeliveryRow]:
    given = {"status": query.status, "subscriber_key": query.subscriber_key, "order_key": query.order_key}
    rows = Delivery.objects.select_related("event").filter(**{name: text for name, text in given.items() if text})
    few = query.status in {Delivery.Status.WAITING, Delivery.Status.RUNNING, Delivery.Status.DEAD}  # indexed by status
    searched = any(given.values()) and not few
    found, more = newest(rows, "id", after=query.after, limit=query.limit, searched=searched)
    return Page(items=tuple(delivery_row(each) for each in found), next=more)
