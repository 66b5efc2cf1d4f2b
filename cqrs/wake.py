"""Tells a worker that rows wait for it. A wake-up lost or doubled changes nothing: the row is the truth."""

from collections.abc import Callable, Iterable
from threading import Event as Bell
from time import monotonic
from typing import Any, Protocol

from django.db import transaction

from cqrs.container import services
from cqrs.database import ALIAS, database

# Rung for the embedded worker of this process, if there is one: for the short deliveries and for the long ones.
bells = {False: Bell(), True: Bell()}

TASK = "cqrs.deliver"
QUEUES = {False: "short", True: "long"}
_QUIET_SECONDS = 5  # the sweep of the workers finds the rows meanwhile


class Waker(Protocol):
    """Reaches a worker; the service registry knows which one there is."""

    def wake(self, *, long: bool) -> None: ...


class BellWaker:
    """Reaches the embedded worker of this process. That of another process looks by itself, every second."""

    def wake(self, *, long: bool) -> None:
        bells[long].set()


class CeleryWaker:
    """Reaches whichever Celery worker comes first. A broker that failed is left alone for a while, for speed."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._quiet_until = 0.0

    def wake(self, *, long: bool) -> None:
        if monotonic() < self._quiet_until:
            return
        try:
            self._app.send_task(TASK, kwargs={"long": long}, queue=QUEUES[long], retry=False, ignore_result=True)
        except Exception:
            self._quiet_until = monotonic() + _QUIET_SECONDS
            raise


def wake_after_commit(lanes: Iterable[bool]) -> None:
    """Wake the lanes (long or not) after the commit, once however many events the transaction published."""
    # Looked up among the callbacks themselves, because a savepoint that is rolled back takes its callbacks with it.
    callbacks: list[Any] = database().run_on_commit
    planned = [callback for _, callback, *_ in callbacks]
    for long in lanes:
        if _WAKE[long] not in planned:
            transaction.on_commit(_WAKE[long], using=ALIAS, robust=True)


def _wake_short() -> None:
    services.get(Waker).wake(long=False)


def _wake_long() -> None:
    services.get(Waker).wake(long=True)


_WAKE: dict[bool, Callable[[], None]] = {False: _wake_short, True: _wake_long}
