"""What is not delivered yet, per subscriber: read from the partial indexes alone, however many rows are done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet, Sum

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.models import Delivery, StoredEvent
from cqrs.registry import registry

_OLDEST = {
    Delivery.Status.WAITING: "available_at",
    Delivery.Status.RUNNING: "lease_until",  # its worker died if that has passed
    Delivery.Status.DEAD: "finished_at",
}


@dataclass(slots=True)
class Backlog:
    """What waits for one subscriber. `attempts` are those of what is not done; `lag` is in seconds."""

    subscriber: str
    waiting: int = 0
    running: int = 0
    dead: int = 0
    attempts: int = 0
    lag: float = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Since the installation began. Numbers that a rolled back transaction took are counted too: an upper bound."""

    published: int
    enqueued: int


def backlog() -> list[Backlog]:
    """Every subscriber that this code knows or a row names, by name."""
    found = {key: Backlog(key) for key in registry.workers()}
    now = services.get(Clock).now()
    for key, status, count, attempts, oldest in _unfinished():
        mine = found.setdefault(key, Backlog(key))
        setattr(mine, status, count)
        mine.attempts += attempts
        if status != Delivery.Status.DEAD:
            mine.lag = max(mine.lag, (now - oldest).total_seconds())
    return [found[key] for key in sorted(found)]


def _unfinished() -> Iterable[tuple[str, str, int, int, datetime]]:
    """One part for each status, because each has a partial index of its own."""
    waiting, *others = (_of_status(status, oldest) for status, oldest in _OLDEST.items())
    return waiting.union(*others, all=True)


def _of_status(status: Delivery.Status, oldest: str) -> QuerySet[Delivery, tuple[str, str, int, int, datetime]]:
    rows = Delivery.objects.filter(status=status).values("subscriber_key", "status")
    figures = rows.annotate(count=Count("id"), tried=Sum("attempts"), oldest=Min(oldest))
    return figures.values_list("subscriber_key", "status", "count", "tried", "oldest")


def lag() -> float:
    """Seconds for which the oldest delivery that is due has waited, or a dead worker has held one; 0 when none is."""
    late = [0.0]
    for status in (Delivery.Status.WAITING, Delivery.Status.RUNNING):
        found = Delivery.objects.filter(status=status).aggregate(oldest=Min(_OLDEST[status]))["oldest"]
        if found:
            late.append((services.get(Clock).now() - found).total_seconds())
    return max(late)


def totals() -> Totals:
    last_event = StoredEvent.objects.aggregate(last=Max("sequence"))["last"]
    last_delivery = Delivery.objects.aggregate(last=Max("id"))["last"]
    return Totals(published=last_event or 0, enqueued=last_delivery or 0)
