"""How far each subscriber is behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from cqrs import Clock, Query
from cqrs.models import Delivery
from cqrs.operating.operators import operators
from cqrs.registry import registry
from cqrs.seeing.backlog import Backlog, backlog

_MINUTES = 5
_LOOKED_AT = 20_000


@dataclass(frozen=True)
class SubscriberBacklog:
    """One durable subscriber; `known` is false where no code has it any more, and its rows wait in vain."""

    subscriber_key: str
    known: bool
    waiting: int
    running: int
    dead: int
    attempts: int
    lag_seconds: float
    done_per_minute: float


class GetBacklog(Query[tuple[SubscriberBacklog, ...]], requires=operators):
    """Per subscriber: what waits, runs and is dead, attempts on these, how long the oldest one waits, throughput.

    Throughput is that of the last five minutes among the 20,000 newest deliveries and those next to the oldest one.
    """


@GetBacklog.handler
def get_backlog(_query: GetBacklog, clock: Clock) -> tuple[SubscriberBacklog, ...]:
    figures = {mine.subscriber: mine for mine in backlog()}
    done = _done_since(clock.now() - timedelta(minutes=_MINUTES))
    known = registry.workers()
    return tuple(
        SubscriberBacklog(
            subscriber_key=key,
            known=key in known,
            waiting=mine.waiting,
            running=mine.running,
            dead=mine.dead,
            attempts=mine.attempts,
            lag_seconds=mine.lag,
            done_per_minute=done.get(key, 0) / _MINUTES,
        )
        for key, mine in sorted({**{key: Backlog(key) for key in done}, **figures}.items())
    )


def _done_since(instant: datetime) -> dict[str, int]:
    newest = Delivery.objects.aggregate(id=Max("id"))["id"] or 0
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING).order_by("available_at", "id").first()
    oldest = waiting.pk if waiting else newest
    nearby = Q(id__gt=newest - _LOOKED_AT) | Q(id__range=(oldest - _LOOKED_AT, oldest + _LOOKED_AT))
    done = Delivery.objects.filter(nearby, status=Delivery.Status.DONE, finished_at__gte=instant)
    return dict(done.values_list("subscriber_key").order_by().annotate(Count("id")))
