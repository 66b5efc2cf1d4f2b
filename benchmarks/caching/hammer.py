"""Readers, writers and deliveries at once: is an answer ever given that was ended before it was asked for?"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from django.db import connection, connections
from django.db.models import F

from cqrs import Actor, Cache, Command, Event, Invalidation, Query, acting_as, anyone, command_bus, event_bus, query_bus
from cqrs.caching.answers import AnswerCache
from cqrs.caching.places import tag_of
from cqrs.container import services
from cqrs.deliveries import drain
from cqrs.registry import registry
from cqrs.wake import BellWaker, Waker
from tests.cqrs.shop.models import Order

KEYS = ("Ada", "Grace", "Mary", "Edith")
READERS, WRITERS = 3, 2
PAUSE = 0.004
MOST = 100_000  # events of one key
_processes = multiprocessing.get_context("fork")


class Counted(Event):
    customer: str

    def stream(self) -> str:
        return f"counted:{self.customer}"


class Count(Command[None], requires=anyone):
    customer: str


@Count.handler
def count(command: Count) -> None:
    Order.objects.filter(customer=command.customer).update(total=F("total") + 1)
    event_bus.publish(Counted(customer=command.customer))


class GetCount(
    Query[int],
    requires=anyone,
    cache=Cache(
        seconds=60,
        key=lambda query, _actor: query.customer,
        invalidated_by=(Invalidation(Counted, lambda event: event.customer),),
    ),
):
    customer: str


@GetCount.handler
def get_count(query: GetCount) -> int:
    found = int(Order.objects.get(customer=query.customer).total)
    time.sleep(PAUSE)  # so that many answers are on their way when an event commits
    return found


class Watch:
    """What all processes see: how far each key has come, when it was committed, and up to where its answers ended."""

    def __init__(self) -> None:
        self.ended = _processes.Array("q", len(KEYS))
        self.committed_at = [_processes.RawArray("d", MOST) for _ in KEYS]
        self.lags = _processes.Queue()
        self.counts = _processes.Queue()

    def note_commit(self, number: int) -> None:
        self.committed_at[number][_committed(number)] = time.monotonic()

    def note_end(self, number: int, value: int) -> None:
        now = time.monotonic()
        with self.ended.get_lock():
            fresh = range(self.ended[number] + 1, value + 1)
            self.ended[number] = max(value, self.ended[number])
        for each in fresh:
            self.lags.put(now - (self.committed_at[number][each] or now))


class WatchedCache(AnswerCache):
    """Notes what was committed before each ending, once the ending has taken effect."""

    def __init__(self, watch: Watch, *, short_cut: bool) -> None:
        super().__init__()
        self._watch = watch
        self._short_cut = short_cut

    def end(self, tags: Iterable[str]) -> None:
        tags = set(tags)
        committed = {number: _committed(number) for number in _numbers(tags)}
        super().end(tags)
        for number, value in committed.items():
            self._watch.note_end(number, value)

    def end_if_reachable(self, tags: Iterable[str]) -> None:
        tags = set(tags)
        for number in _numbers(tags):
            self._watch.note_commit(number)
        if self._short_cut:
            self.end(tags)


def _numbers(tags: set[str]) -> list[int]:
    entry = registry.entry(GetCount)
    return [number for number, key in enumerate(KEYS) if tag_of(entry, key) in tags]


def _committed(number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT total FROM shop_order WHERE customer = %s", [KEYS[number]])
        return int(cursor.fetchone()[0])


def hammer(seconds: float, *, short_cut: bool) -> int:
    """Prints what was seen; the number of violations."""
    Order.objects.all().delete()
    Order.objects.bulk_create(Order(customer=key, total=Decimal(0)) for key in KEYS)
    connections.close_all()
    watch, until = Watch(), time.monotonic() + seconds
    works = [
        *[partial(_read, until, watch)] * READERS,
        *[partial(_write, until, watch, writer) for writer in range(WRITERS)],
        partial(_deliver, until + 1, watch),
    ]
    cache = WatchedCache(watch, short_cut=short_cut)
    with services.overriding(Waker, BellWaker()), services.overriding(AnswerCache, cache):
        running = [_processes.Process(target=work) for work in works]
        for process in running:
            process.start()
        counts = Counter[str]()
        for _ in running:  # before they are joined: a process ends when its queue was read
            counts.update(watch.counts.get(timeout=60))
        lags = sorted(watch.lags.get(timeout=10) for _ in range(sum(watch.ended[:])))
        for process in running:
            process.join(30)
    _tell("short cut and delivery" if short_cut else "delivery alone", counts, lags)
    return counts["old"]


def _read(until: float, watch: Watch) -> None:
    counts, number = Counter[str](), 0
    with acting_as(Actor.system("reader")):
        while time.monotonic() < until:
            number = (number + 1) % len(KEYS)
            least = watch.ended[number]
            answer = query_bus.ask(GetCount(customer=KEYS[number]))
            counts.update(answers=1, old=int(answer < least))
            time.sleep(PAUSE / 10)
    watch.counts.put(counts)
    connections.close_all()


def _write(until: float, watch: Watch, writer: int) -> None:
    """Each writer has keys of its own, so that what it reads after its commit is what it committed."""
    counts, own = Counter[str](), KEYS[writer::WRITERS]
    with acting_as(Actor.system("writer")):
        while time.monotonic() < until and counts["events"] < MOST - 1:
            command_bus.dispatch(Count(customer=own[counts["events"] % len(own)]))
            counts.update(events=1)
            time.sleep(PAUSE)
    watch.counts.put(counts)
    connections.close_all()


def _deliver(until: float, watch: Watch) -> None:
    delivered = 0
    while time.monotonic() < until:
        delivered += drain().delivered
        time.sleep(0.001)
    watch.counts.put(Counter(delivered=delivered))
    connections.close_all()


def _tell(how: str, counts: Counter[str], lags: list[float]) -> None:
    middle, high = (lags[len(lags) * percent // 100] * 1e3 for percent in (50, 99))
    print(f"hammer, {how}")
    print(f"  {counts['answers']} answers, {counts['events']} events, {counts['old']} answers that had been ended")
    print(f"  from the commit to the end of the answers: p50 {middle:.1f} ms, p99 {high:.1f} ms")
