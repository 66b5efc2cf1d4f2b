"""Delivers events to durable subscribers: the row is the truth, whoever finds it due may claim it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from cqrs.deliveries import settle
from cqrs.deliveries.claims import Claimed, claim
from cqrs.deliveries.runner import run
from cqrs.errors import LeaseLostError

log = logging.getLogger(__name__)

_BATCH = 10


@dataclass(frozen=True, slots=True)
class Drained:
    """What one round of delivering came to."""

    delivered: int = 0
    errors: tuple[Exception, ...] = ()

    def __add__(self, other: "Drained") -> "Drained":
        return Drained(self.delivered + other.delivered, self.errors + other.errors)


def drain() -> Drained:
    """Deliver everything that is due, and what that publishes, in this thread. Retries become due later."""
    total = Drained()
    while (round_ := drain_lane(long=False) + drain_lane(long=True)) != Drained():
        total += round_
    return total


def drain_lane(*, long: bool, stopped: Callable[[], bool] = lambda: False) -> Drained:
    """Deliver what is due to the long or the short subscribers. Asked to stop, it hands back what it has not begun."""
    total = Drained()
    while not stopped() and (batch := claim(long=long, limit=1 if long else _BATCH)):
        for claimed in batch:
            if stopped():
                _hand_back(claimed)
            elif error := run(claimed):
                total += Drained(errors=(error,))
            else:
                total += Drained(delivered=1)
    return total


def _hand_back(claimed: Claimed) -> None:
    try:
        settle.hand_back(claimed)
    except LeaseLostError as error:  # nothing is left to hand back
        log.info("%s", error)
