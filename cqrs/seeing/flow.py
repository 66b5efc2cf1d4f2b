"""What leads to what: as the code declares it, and as the log tells that it happened."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.db.models import Count, Max

from cqrs.database import DELIVERY_TABLE, EVENT_TABLE, database
from cqrs.models import Delivery, StoredEvent
from cqrs.registry import registry

# Cause, the subscriber through which it led on ("" in the publisher's own transaction), effect ("" for a delivery).
Edge = tuple[str, str, str]

_EFFECTS = f"""
SELECT cause.name, COALESCE(made.subscriber_key, ''), effect.name, COUNT(*)
FROM {EVENT_TABLE} effect JOIN {EVENT_TABLE} cause ON cause.id = effect.causation_id
LEFT JOIN {DELIVERY_TABLE} made ON made.event_id = cause.sequence AND made.subscriber_key = effect.actor_name
WHERE effect.sequence > %s GROUP BY 1, 2, 3
"""  # noqa: S608  # names of tables


@dataclass(frozen=True)
class FlowEdge:
    """One step from an event to what it led to, whether the code declares it, and how often the log saw it."""

    cause: str
    via: str
    effect: str
    declared: bool
    seen: int

    @property
    def differs(self) -> str:
        if self.declared:
            return "" if self.seen else "declared, not seen"
        return "seen, not declared"


def flow(last: int) -> tuple[FlowEdge, ...]:
    """Both flows side by side; the observed one among so many events, the newest."""
    meant, found = declared(), observed(last)
    return tuple(FlowEdge(*edge, edge in meant, found.get(edge, 0)) for edge in sorted(meant | set(found)))


def declared() -> set[Edge]:
    """Each event with its workers, and with what these and its subscribers may publish, as their code says."""
    edges: set[Edge] = set()
    for entry in registry.of_kind("event"):
        for key, worker in entry.workers.items():
            edges |= {(entry.name, key, effect) for effect in ("", *may_publish(worker.function))}
        for subscriber in entry.subscribers.values():
            edges |= {(entry.name, "", effect) for effect in may_publish(subscriber.function)}
    return edges


def observed(last: int) -> dict[Edge, int]:
    floor = (StoredEvent.objects.aggregate(last=Max("sequence"))["last"] or 0) - last
    deliveries = Delivery.objects.filter(event_id__gt=floor).order_by()
    made = deliveries.values_list("event__name", "subscriber_key").annotate(count=Count("id"))
    found: dict[Edge, int] = {(name, key, ""): count for name, key, count in made}
    with database().cursor() as cursor:
        cursor.execute(_EFFECTS, [floor])
        found.update({(cause, via, effect): count for cause, via, effect, count in cursor.fetchall()})
    return found


def may_publish(function: Callable[..., Any]) -> set[str]:
    """The events that the function names where it publishes, and those of the commands and functions it names.

    What it finds out only when it runs, such as a command that was stored, cannot be read from its code.
    """
    apps = {entry.type.__module__.partition(".")[0] for entry in registry.entries.values()}
    names: set[str] = set()
    ahead, known = [function], {function}
    while ahead:
        for value, publishes in _named(ahead.pop()):
            entry = registry.entries.get(value) if isinstance(value, type) else None
            if entry is not None and entry.kind == "event" and publishes:
                names.add(entry.name)
            followed = _followed(value, apps) if entry is None else entry.handlers.values()
            ahead += [each for each in followed if each not in known]
            known.update(followed)
    return names


def _followed(value: object, apps: set[str]) -> Iterable[Callable[..., Any]]:
    return [value] if isinstance(value, FunctionType) and value.__module__.partition(".")[0] in apps else []


def _named(function: Callable[..., Any]) -> Iterator[tuple[object, bool]]:
    """What the function's code names of its module, with whether that code publishes."""
    if isinstance(function, FunctionType):
        for code in _codes(function.__code__):
            publishes = "publish" in code.co_names
            named = [function.__globals__[name] for name in code.co_names if name in function.__globals__]
            for value in named:
                yield value, publishes
                if isinstance(value, ModuleType):  # whose functions are named as its attributes
                    yield from ((vars(value)[name], publishes) for name in code.co_names if name in vars(value))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
