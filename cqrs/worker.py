"""The embedded worker: threads of the server process that deliver where no broker is configured."""

import logging
from threading import Event as Bell
from threading import Thread

from django.db import close_old_connections, connections

from cqrs.deliveries import drain_lane
from cqrs.wake import bells

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 1.0


class EmbeddedWorker:
    """Two threads, so that a long run holds up no short delivery. Rows of other processes are found by looking."""

    def __init__(self) -> None:
        self._stopping = Bell()
        self._threads = [
            Thread(target=self._loop, args=(lane,), name=f"deliveries-{lane}", daemon=True) for lane in bells
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10) -> None:
        """Finish what runs, hand back what was claimed and not begun. What takes longer is found by its lease."""
        self._stopping.set()
        for bell in bells.values():
            bell.set()
        for thread in self._threads:
            thread.join(timeout)

    def is_alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _loop(self, lane: bool) -> None:  # noqa: FBT001  # the one argument of a thread
        try:
            while not self._stopping.is_set():
                bells[lane].wait(_SWEEP_SECONDS)
                bells[lane].clear()
                self._deliver(lane)
        finally:
            connections.close_all()

    def _deliver(self, lane: bool) -> None:  # noqa: FBT001  # see _loop
        """One round; the database being away for a while ends the round and not the thread."""
        close_old_connections()
        try:
            drain_lane(long=lane, stopped=self._stopping.is_set)
        except BaseException:  # a subscriber may exit or be cancelled; nobody would start this thread anew
            log.exception("Delivering stopped; trying again in a moment")
            close_old_connections()
            self._stopping.wait(_SWEEP_SECONDS)
