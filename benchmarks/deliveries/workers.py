"""Celery workers for a measurement, and what they need to be told."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep, time

from benchmarks.deliveries import rows
from benchmarks.deliveries.messages import LATENCIES
from cqrs.container import services
from cqrs.wake import Waker

_PATIENCE = 120


@contextmanager
def celery(directory: Path, *, workers: int, processes: int = 1) -> Iterator[None]:
    """So many workers with so many processes each, ready to work."""
    with ExitStack() as stack:
        logs = [stack.enter_context(_worker(directory, f"bench{number}", processes)) for number in range(workers)]
        _wait_until(lambda: all(" ready." in log.read_text() for log in logs))
        yield


@contextmanager
def _worker(directory: Path, name: str, processes: int) -> Iterator[Path]:
    log = directory / f"{name}.log"
    command = ["celery", "-A", "benchmarks.deliveries.celery_app", "worker", "-c", str(processes), "-n", name]
    environment = {**os.environ, "CELERY_BROKER_URL": os.environ["REDIS_URL"], LATENCIES: str(directory / "begun")}
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", *command, "-l", "INFO"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield log
    finally:
        worker.terminate()
        worker.wait(30)


def _wait_until(what: Callable[[], bool]) -> None:
    end = monotonic() + _PATIENCE
    while not what():
        if monotonic() > end:
            raise TimeoutError("The Celery workers do not do what they should.")
        sleep(0.02)


def per_second(event: str, subscriber: str, count: int) -> float:
    """How fast the running workers deliver so many, from the wake-up to the last acknowledgement."""
    rows.clear()
    rows.wait_for(event, subscriber, count)
    begin = time()
    services.get(Waker).wake(long=False)
    _wait_until(lambda: not rows.unfinished())
    return count / (rows.last_finished() - begin)
