"""The measurements: contestants take turns, figures are medians."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import uniform
from statistics import median, quantiles
from time import perf_counter, sleep, time

import psycopg
from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.deliveries import rows
from benchmarks.deliveries.bare import deliver_all
from benchmarks.deliveries.messages import HappenedNow
from benchmarks.deliveries.workers import celery, per_second
from cqrs import event_bus
from cqrs.deliveries import drain_lane

ONE_BY_ONE, TOGETHER, WAITING, AT_ONCE = 2000, 40_000, 300, 100
PEERS = ("procrastinate", "django-domain-events")


def measure(directory: Path, *, rounds: int, past: int) -> None:
    call_command("migrate", verbosity=0, run_syncdb=True)
    ours = one_by_one(rounds)
    peers(ours)
    with celery(directory, workers=1, processes=2):
        figures = [per_second("HappenedMany", "bench.together", TOGETHER) for _ in range(rounds)]
        print(f"together       {median(figures):9,.0f}/s")
        latency(directory)
    two_workers(directory, rounds)
    rows.past(past)
    rows.clear()
    after = median(per_second_here(_ours) for _ in range(rounds))
    print(f"past           {after:9,.0f}/s with {past:,} done rows, {after / ours:.2f} of without")


def _ours() -> int:
    return drain_lane(long=False).delivered


def per_second_here(deliver: Callable[[], int]) -> float:
    rows.clear()
    rows.wait_for("Happened", "bench.nothing", ONE_BY_ONE)
    begin = perf_counter()
    if deliver() != ONE_BY_ONE:
        raise RuntimeError("Not all was delivered.")
    seconds = perf_counter() - begin
    return ONE_BY_ONE / seconds


def one_by_one(rounds: int) -> float:
    by_hand = partial(deliver_all, lambda _: None)
    turns = [(per_second_here(by_hand), per_second_here(_ours)) for _ in range(rounds)]
    floor, ours = median(bare for bare, _ in turns), median(ours for _, ours in turns)
    print(f"one by one     {ours:9,.0f}/s, {ours / floor:.2f} of the bare loop's {floor:,.0f}/s")
    return ours


def peers(ours: float) -> None:
    python = os.environ.get("PEER_PYTHON", sys.executable)
    for name in PEERS:
        look = [python, "-c", f"import {name.replace('-', '_')}"]
        if subprocess.run(look, check=False, stderr=subprocess.DEVNULL).returncode:
            print(f"               {name} is not installed in {python}; make a venv, in it")
            print(f"               pip install {name} 'psycopg[binary]', and name its Python in PEER_PYTHON")
            continue
        program = [python, "benchmarks/deliveries/peers.py", name, _peers_database(), str(ONE_BY_ONE)]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        answer = subprocess.run(program, env=environment, check=True, capture_output=True, text=True)
        theirs = float(answer.stdout)
        print(f"               {name} {theirs:,.0f}/s: ours is {ours / theirs:.2f} times that")


def _peers_database() -> str:
    """A new database beside ours, so that nobody's tables are in anybody's way."""
    given = connection.settings_dict
    server = f"postgresql://{given['USER']}@{given['HOST']}:{given['PORT']}"
    with psycopg.connect(f"{server}/{given['NAME']}", autocommit=True) as database:
        database.execute("DROP DATABASE IF EXISTS peers")
        database.execute("CREATE DATABASE peers")
    return f"{server}/peers"


def _note_time(times: dict[int, float], number: int) -> None:
    times[number] = time()


def latency(directory: Path) -> None:
    begun = directory / "begun"
    rows.clear()
    committed: dict[int, float] = {}
    for number in range(AT_ONCE):
        with transaction.atomic():
            transaction.on_commit(partial(_note_time, committed, number))  # before the wake-up
            event_bus.publish(HappenedNow(thing_id=number))
        sleep(uniform(0.05, 0.15))
    lines = [line.split() for line in begun.read_text().splitlines()]
    milliseconds = [1000 * (float(at) - committed[int(number)]) for number, at in lines]
    print(f"latency        p50 {median(milliseconds):.1f} ms, p99 {quantiles(milliseconds, n=100)[98]:.1f} ms")


def two_workers(directory: Path, rounds: int) -> None:
    """Both numbers of workers in each round; starting them is not part of the figure."""
    works = {"wait 10 ms": ("HappenedSlowly", "bench.wait", WAITING), "nothing": ("Happened", "bench.nothing", 6000)}
    figures: dict[tuple[str, int], list[float]] = {}
    for _ in range(max(2, rounds // 2)):
        for workers in (1, 2):
            with celery(directory, workers=workers):
                for name, work in works.items():
                    figures.setdefault((name, workers), []).append(per_second(*work))
    for name in works:
        one, two = (median(figures[name, workers]) for workers in (1, 2))
        print(f"two workers    {two / one:.2f} times one ({name}: {two:,.0f}/s and {one:,.0f}/s)")
