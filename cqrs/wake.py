"""Tells a worker that rows wait for it. A wake-up lost or doubled changes nothing: the row is the truth."""

import logging
from collections.abc import Callable, Iterable
from threading import Event as Bell
from threading import Lock, Timer
from time import monotonic
from typing import Any, Protocol

from django.db import transaction

from cqrs.container import services
from cqrs.database import ALIAS, database

log = logging.getLogger(__name__)

# Rung for the embedded worker of this process, if there is one: for the short deliveries and for the long ones.
bells = {False: Bell(), True: Bell()}

TASK = "cqrs.deliver"
QUEUES = {False: "short", True: "long"}
_QUIET_SECONDS = 5  # the sweep of the workers finds the rows meanwhile
_TOGETHER_SECONDS = 0.01


class Waker(Protocol):
    """Reaches a worker; the service registry knows which one there is."""

    def wake(self, *, long: bool) -> None: ...


class BellWaker:
    """Reaches the embedded worker of this process. That of another process looks by itself, every second."""

    def wake(self, *, long: bool) -> None:
        bells[long].set()


class CeleryWaker:
    """Reaches whichever Celery worker comes first. A broker that failed is left alone for a while, for speed.

    The first of many wake-ups goes out at once, those of the next moment as one at its end.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._quiet_until = 0.0
        self._lock = Lock()
        # When the last message of a lane went out, or will go out. A time and no flag: a fork takes no timer along.
        self._sent_at = {False: 0.0, True: 0.0}

    def wake(self, *, long: bool) -> None:
        with self._lock:
            now, last = monotonic(), self._sent_at[long]
            if now < max(last, self._quiet_until):
                return
            together = now < last + _TOGETHER_SECONDS
            self._sent_at[long] = now + _TOGETHER_SECONDS if together else now
        if together:
            Timer(_TOGETHER_SECONDS, self._send_late, (long,)).start()
        else:
            self._send(long)

    def _send_late(self, long: bool) -> None:  # noqa: FBT001  # the one argument of a timer
        try:
            self._send(long)
        except Exception:  # a timer's thread has nobody to raise it to
            log.exception("No worker could be woken; the sweep finds the rows")

    def _send(self, long: bool) -> None:  # noqa: FBT001  # see _send_late
        try:
            self._app.send_task(TASK, kwargs={"long": long}, queue=QUEUES[long], retry=False, ignore_result=True)
        except Exception:  # whatever keeps the broker away: it is left alone, and the caller told
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
