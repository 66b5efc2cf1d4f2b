"""The lease of a delivery that is being worked on, and the thread that keeps a long one alive."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event as Bell
from threading import Thread
from time import monotonic

from django.db import DatabaseError, connections, transaction

from cqrs.database import ALIAS
from cqrs.deliveries import settle
from cqrs.deliveries.claims import LEASE, Claimed
from cqrs.errors import LeaseLostError, NotYetError

log = logging.getLogger(__name__)

BEAT_SECONDS = LEASE.total_seconds() / 4
_WRITE_SECONDS = 1.0


class StoppingError(NotYetError):
    """The worker is told to stop: what it works on is handed back, and somebody else begins it anew."""

    def __init__(self) -> None:
        super().__init__("The worker was told to stop.", after=timedelta(0))


def never() -> bool:
    return False


@dataclass(slots=True)
class HeldLease:
    """The lease of a claimed delivery; `stopped` says whether the worker is asked to end."""

    claimed: Claimed
    stopped: Callable[[], bool] = never
    acknowledged: bool = field(default=False, init=False)
    _lost: LeaseLostError | None = field(default=None, init=False)
    _written: float = field(default=0, init=False)

    def heartbeat(self) -> None:
        """Cheap: it asks the database once a second at most."""
        if self.stopped():
            raise StoppingError
        if self._lost:
            raise self._lost
        if monotonic() - self._written > _WRITE_SECONDS:
            settle.prolong(self.claimed)
            self._written = monotonic()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        with transaction.atomic(using=ALIAS):
            yield
            settle.acknowledge(self.claimed)
        self.acknowledged = True

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Prolong it from a thread of its own, on a connection of its own, however long a step inside takes."""
        ended = Bell()
        thread = Thread(target=self._beat, args=(ended,), name=f"lease-{self.claimed.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, ended: Bell) -> None:
        try:
            while not ended.wait(BEAT_SECONDS):
                self._prolong()
        except LeaseLostError as error:
            self._lost = error  # the next heartbeat of the worker raises it, or its acknowledgement does
        finally:
            connections.close_all()

    def _prolong(self) -> None:
        try:
            settle.prolong(self.claimed)
        except DatabaseError:
            log.warning("A heartbeat of delivery %s failed; there is time for others", self.claimed.id, exc_info=True)
            connections.close_all()
