"""A real Celery worker process on the database of the test."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.cqrs.waiting import eventually


def database_url() -> str:
    """The test's own database, as another process has to be told."""
    given = connection.settings_dict
    who = ":".join(quote(part, safe="") for part in (given["USER"], given["PASSWORD"]) if part)
    return f"postgres://{who}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@contextmanager
def celery_worker(
    directory: Path, *, beat: bool = False, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker with two processes, wait until it is ready, and stop it at the end if nobody killed it."""
    log = directory / f"worker-{len(list(directory.iterdir()))}.log"
    sweep = ["--beat", "--schedule", str(log.with_suffix(".beat"))] if beat else []
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-c", "2", "-l", "INFO", *sweep],
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
                "DJANGO_SETTINGS_MODULE": str(settings.SETTINGS_MODULE),
                **(environment or {}),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for_text(log, " ready.", worker)
        yield worker
    finally:
        if worker.poll() is None:
            stop(worker)


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Ask it to finish, then end it: how Celery shuts down is not what these tests are about, and one left behind
    would hold our output open.
    """
    worker.terminate()
    try:
        worker.wait(15)
    except subprocess.TimeoutExpired:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """As the kernel does when memory runs out: the whole group, without warning."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def wait_for_text(log: Path, text: str, worker: subprocess.Popen[bytes]) -> None:
    found = eventually(lambda: text in log.read_text() or worker.poll() is not None, seconds=40)
    if not found or worker.poll() is not None:
        raise RuntimeError(f"The Celery worker did not start:\n{log.read_text()}")
