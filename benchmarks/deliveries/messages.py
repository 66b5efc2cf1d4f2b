"""What is delivered: an event for each kind of subscriber. Celery's workers import this too."""

import os
from pathlib import Path
from time import sleep, time

from cqrs import Event

LATENCIES = "BENCH_LATENCIES"


class Happened(Event):
    thing_id: int


class HappenedMany(Event):
    thing_id: int


class HappenedSlowly(Event):
    thing_id: int


class HappenedNow(Event):
    thing_id: int


@Happened.worker(key="bench.nothing")
def do_nothing(event: Happened) -> None:
    """One transaction for each."""


@HappenedMany.worker(key="bench.together", batch=True)
def do_nothing_together(event: HappenedMany) -> None:
    """One transaction for many."""


@HappenedSlowly.worker(key="bench.wait")
def wait_a_little(_: HappenedSlowly) -> None:
    sleep(0.01)


@HappenedNow.worker(key="bench.note_time")
def note_time(event: HappenedNow) -> None:
    begun = time()
    with Path(os.environ[LATENCIES]).open("a") as file:
        file.write(f"{event.thing_id} {begun}\n")
