"""What operators' commands do to delivery rows. None of it touches a row that a worker runs at this moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db.models import Q, QuerySet

from cqrs.buses.events import recipient
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.deliveries import halted
from cqrs.encoding import decode
from cqrs.errors import InvalidMessageError, NotFoundError
from cqrs.models import Delivery, StoredEvent
from cqrs.registry import Worker, registry
from cqrs.wake import wake_after_commit

_BATCH = 500

SETTLED = (Delivery.Status.DONE, Delivery.Status.SKIPPED, Delivery.Status.DEAD)


def unmade() -> "QuerySet[Delivery]":
    """What waits or is dead, and what a worker left behind: its lease lapsed, and nobody took it since."""
    left_behind = Q(status=Delivery.Status.RUNNING, lease_until__lt=services.get(Clock).now())
    return Delivery.objects.filter(Q(status__in=[Delivery.Status.WAITING, Delivery.Status.DEAD]) | left_behind)


def delivery(number: int) -> Delivery:
    found = Delivery.objects.select_related("event").filter(pk=number).first()
    if found is None:
        raise NotFoundError(f"There is no delivery {number}. It may have been archived with its event.")
    return found


def worker(key: str) -> Worker:
    """The subscriber of this key. Raises InvalidMessageError where the code knows none."""
    if found := registry.workers().get(key):
        return found
    raise InvalidMessageError(fields={"subscriber_key": [f"No subscriber is called {key}."]})


def due_at(found: Delivery) -> datetime | None:
    """The time that a delivery was scheduled for, if it still lies ahead."""
    known, now = registry.workers().get(found.subscriber_key), services.get(Clock).now()
    if found.status != Delivery.Status.WAITING or found.available_at <= now or known is None or known.due_at is None:
        return None
    due = known.due_at(decode(found.event.name, found.event.version, found.event.payload))
    return due if due is not None and due > now else None


def rearm(rows: "QuerySet[Delivery]", key: str) -> int:
    """Due now, with no attempt counted. How many rows."""
    count = rows.filter(subscriber_key=key).update(
        status=Delivery.Status.WAITING,
        attempts=0,
        available_at=services.get(Clock).now(),
        claim_token=None,
        lease_until=None,
        finished_at=None,
    )
    halted.release(services.get(Clock).now())
    wake(key)
    return count


def release(rows: "QuerySet[Delivery]") -> None:
    """Let what a worker left behind wait again; its attempt counts."""
    rows.filter(status=Delivery.Status.RUNNING).update(
        status=Delivery.Status.WAITING, claim_token=None, lease_until=None
    )


def give_up(rows: "QuerySet[Delivery]") -> int:
    """Skipped: nobody will make these deliveries. The last error stays, the reason stands in the log."""
    now = services.get(Clock).now()
    count = rows.update(status=Delivery.Status.SKIPPED, finished_at=now, lease_until=None)
    halted.release(now)
    return count


def replay(events: "QuerySet[StoredEvent]", key: str) -> int:
    """Deliver the events to one subscriber: what it has a row for again, the others for the first time.

    There is one delivery per event and subscriber for ever, so a settled row is armed again and keeps its place in the
    order of its key; what waits or runs already is left alone.
    """
    worker(key)
    names = [entry.name for entry in registry.of_kind("event") if key in entry.workers]
    events = events.filter(name__in=names)
    again = rearm(Delivery.objects.filter(event__in=events, status__in=SETTLED), key)
    first_time = events.exclude(deliveries__subscriber_key=key).order_by("sequence")
    return again + sum(map(_store, _batches(first_time.iterator(_BATCH), key)))


def _batches(events: Iterator[StoredEvent], key: str) -> Iterator[list[Delivery]]:
    while batch := [_row(event, key) for event in islice(events, _BATCH)]:
        yield batch


def _row(event: StoredEvent, key: str) -> Delivery:
    decoded = decode(event.name, event.version, event.payload)
    _, order_key, due = recipient(registry.event(event.name).workers[key], decoded, services.get(Clock).now())
    return Delivery(event=event, subscriber_key=key, order_key=order_key, status="waiting", available_at=due)


def _store(rows: Iterable[Delivery]) -> int:
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))


def wake(key: str) -> None:
    if known := registry.workers().get(key):
        wake_after_commit({known.long})
