"""Before a deploy: could this code decode and deliver what waits in the database that it is about to meet?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from cqrs.encoding import decode, missing_upcasters
from cqrs.errors import UndecodableEventError
from cqrs.models import Delivery, ProcessState
from cqrs.processes import processes, state_of
from cqrs.queue import CommandQueued, command_of
from cqrs.read_only import reading_only
from cqrs.registry import registry

_PENDING = (Delivery.Status.WAITING, Delivery.Status.RUNNING, Delivery.Status.DEAD)  # an operator may retry a dead one
_KIND = ("event__name", "event__version", "subscriber_key")
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Deliveries of one kind that this code could not make, and why not: the first reason found.

    Or that many processes under way whose state it could not read.
    """

    event: str
    version: int
    subscriber: str
    deliveries: int
    why: str


@dataclass(slots=True)
class Inspection:
    pending: int = 0
    obstacles: list[Obstacle] = field(default_factory=list)


def inspect() -> Inspection:
    """First what the names, versions and keys tell, in one look at the partial indexes; then each pending payload."""
    result, hopeless = Inspection(), set[tuple[str, int, str]]()
    with reading_only():
        for (name, version, key), count in _kinds().items():
            result.pending += count
            if why := _why_not(name, version, key):
                hopeless.add((name, version, key))
                result.obstacles.append(Obstacle(name, version, key, count, why))
        result.obstacles += _unreadable(hopeless)
        result.obstacles += _unreadable_processes()
    return result


def _kinds() -> "Counter[tuple[str, int, str]]":
    """How many deliveries are pending of each (event, version, subscriber). A status each has an index of its own."""
    found: Counter[tuple[str, int, str]] = Counter()
    for status in _PENDING:
        rows = Delivery.objects.filter(status=status).values_list(*_KIND).annotate(count=Count("id")).order_by()
        found.update({(name, version, key): count for name, version, key, count in rows})
    return found


def _why_not(name: str, version: int, key: str) -> str:
    try:
        entry = registry.event(name)
    except UndecodableEventError as error:
        return str(error)
    if version > entry.version:
        return f"it is newer than this code, which knows version {entry.version}"
    if missing := missing_upcasters(entry, version):
        return f"nothing reads it: write @{name}.upcaster(version={missing[0]})"
    if key not in entry.workers:
        return f"nothing that reacts to {name} has this key: give the function its old name back as key={key!r}"
    return ""


def _unreadable(hopeless: set[tuple[str, int, str]]) -> Iterable[Obstacle]:
    counts: Counter[tuple[str, int, str]] = Counter()
    reasons: dict[tuple[str, int, str], str] = {}
    for status in _PENDING:
        rows: Any = Delivery.objects.filter(status=status).values_list(*_KIND, "event__payload")
        for name, version, key, payload in rows.iterator(_CHUNK):
            kind = (name, version, key)
            if kind not in hopeless and (why := _decoding_fails(name, version, payload)):
                counts[kind] += 1
                reasons.setdefault(kind, why)
    return [Obstacle(*kind, deliveries=count, why=reasons[kind]) for kind, count in counts.items()]


def _unreadable_processes() -> Iterable[Obstacle]:
    """What processes remember of what is under way."""
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for row in ProcessState.objects.filter(ended_at=None).iterator(_CHUNK):
        if why := _forgotten(row):
            counts[row.process] += 1
            reasons.setdefault(row.process, why)
    return [
        Obstacle("what it remembers", 1, f"cqrs.process.{name}", count, reasons[name]) for name, count in counts.items()
    ]


def _forgotten(row: ProcessState) -> str:
    if row.process not in processes:
        return f"no process has this name: give the class its old one back as name={row.process!r}"
    try:
        state_of(processes[row.process], row)
    except UndecodableEventError as error:
        return str(error)
    return ""


def _decoding_fails(name: str, version: int, payload: str) -> str:
    try:
        event = decode(name, version, payload)
        if isinstance(event, CommandQueued):
            command_of(event)
    except UndecodableEventError as error:
        return str(error)
    return ""
