"""Measures pairs in turn, so that what slows the machine down slows both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from statistics import median
from time import perf_counter_ns, process_time_ns

from django.db import connection, transaction

from benchmarks.dispatch.by_hand import counting, insert_event, insert_two, sell_by_hand, silent
from benchmarks.dispatch.messages import Counted, Reckon, Rung, Sell, SellToMany, reckon
from cqrs import Actor, acting_as, command_bus, event_bus, signal_of
from projects.ids import ProjectId
from tests.factories import UserFactory, make_project

Work = Callable[[], object]
_TEN = Decimal("10.00")


@dataclass(frozen=True)
class Cost:
    """The medians of what one call took, in µs."""

    clock: float
    processor: float


def costs(works: dict[str, Work], rounds: int, repeat: int = 1) -> dict[str, Cost]:
    """The median of each, called in turn; `repeat` calls are timed as one where one is too short for the clock."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for round_ in range(rounds + rounds // 10):
        for name, work in works.items():
            clock, processor = perf_counter_ns(), process_time_ns()
            for _ in range(repeat):
                work()
            spent = process_time_ns() - processor
            if round_ >= rounds // 10:  # the first tenth warms up
                times[name].append(((perf_counter_ns() - clock) / repeat / 1000, spent / repeat / 1000))
    return {name: Cost(*map(median, zip(*found, strict=True))) for name, found in times.items()}


def measure(rounds: int) -> None:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        seller = UserFactory.create(username="anna")
        project_id, actor = make_project(seller), Actor.user(seller)
        with acting_as(actor):
            print(f"{connection.vendor}, {rounds} rounds, median µs")
            if connection.vendor == "sqlite":
                _in_memory(rounds, actor)
            _published(rounds // 5)
            _with_rows(rounds, project_id, actor)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _in_memory(rounds: int, actor: Actor) -> None:
    command, event, signal = Reckon(number=1), Rung(bell_id=1), signal_of(Rung)
    found = costs(
        {
            "plain call": lambda: reckon(command, actor),
            "dispatch": lambda: command_bus.dispatch(command),
            "signal": lambda: silent.send(sender=Rung, event=event),
            "subscribers": lambda: signal.send(sender=Rung, event=event),
        },
        rounds,
        repeat=20,
    )
    above = found["dispatch"].clock - found["plain call"].clock
    _compare("in memory", found["dispatch"], found["plain call"])
    print(f"               {above:8.2f} µs above the plain call")
    _compare("subscribers", found["subscribers"], found["signal"])


def _published(rounds: int) -> None:
    numbers = count()

    def publish() -> None:
        event_bus.publish(Counted(counter_id=next(numbers)))

    def by_hand() -> None:
        insert_event(f"counter:{next(numbers)}", datetime.now(UTC))
        counting.send(sender=Counted, event=None)

    with transaction.atomic():
        found = costs({"publish": publish, "by hand": by_hand}, rounds)
    _compare("publish", found["publish"], found["by hand"])


def _with_rows(rounds: int, project_id: ProjectId, actor: Actor) -> None:
    sell = Sell(project_id=project_id, customer="Ada", total=_TEN)
    many = SellToMany(project_id=project_id, customer="Ada", total=_TEN)
    with _quiet():
        found = costs(
            {
                "by hand": lambda: sell_by_hand(project_id, actor),
                "one": lambda: command_bus.dispatch(sell),
                "two rows": insert_two,
                "five": lambda: command_bus.dispatch(many),
            },
            rounds,
        )
    _compare("one row", found["one"], found["by hand"])
    _compare("two rows", found["one"], found["two rows"])
    _compare("five", found["five"], found["one"])


@contextmanager
def _quiet() -> Iterator[None]:
    """PostgreSQL's own housekeeping would fall on whoever is measured at that moment."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
    yield


def _compare(what: str, ours: Cost, theirs: Cost) -> None:
    ratios = f"{ours.clock / theirs.clock:8.3f}    processor {ours.processor / theirs.processor:.3f}"
    print(f"  {what:12} {ours.clock:9.2f} against {theirs.clock:9.2f} {ratios}")
