"""Delivers events to durable subscribers: the row is the truth, whoever finds it due may claim it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from cqrs.deliveries import settle
from cqrs.deliveries.claims import Claimed, claim, mend_connection
from cqrs.deliveries.held import never
from cqrs.deliveries.runner import run, run_together

# A claim takes what is worth about so many seconds of work, judged by the claim before it.
_CLAIM_SECONDS = 0.1
_LEAST, _FIRST, _MOST = 1, 10, 500
# What a worker holds and does not get to begin soon, others may have: long before its lease lapses.
_BEGIN_SECONDS = 10.0


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


def drain_lane(
    *,
    long: bool,
    stopped: Callable[[], bool] = never,
    turn_over: Callable[[], bool] = never,
    more: Callable[[], None] = lambda: None,
) -> Drained:
    """Deliver what is due to the long or the short subscribers.

    Asked to stop, it hands back what it has not begun, and what a long worker is at when it gives its next heartbeat.
    After its turn it only takes nothing new. `more` is called once when a claim found as much as it could take.
    """
    mend_connection()
    total, limit, told = Drained(), 1 if long else _FIRST, False
    while not stopped() and not turn_over() and (batch := claim(long=long, limit=limit)):
        if not told and len(batch) == limit:
            more()
            told = True
        begin = monotonic()
        done = deliver_claimed(batch, stopped)
        total += done
        if not long and len(batch) == limit:
            seconds = max(monotonic() - begin, 0.001)
            limit = min(_MOST, max(_LEAST, int(limit * _CLAIM_SECONDS / seconds)))
    return total


def deliver_claimed(batch: Sequence[Claimed], stopped: Callable[[], bool] = never) -> Drained:
    """Begin one after the other, until told to stop, or until it takes too long to hold the rest."""
    total, latest = Drained(), monotonic() + _BEGIN_SECONDS
    waiting = _portions(batch)
    while waiting:
        if stopped() or monotonic() > latest:
            settle.hand_back_unbegun([claimed for portion in waiting for claimed in portion])
            break
        portion = waiting.pop(0)
        total += _outcome(portion, stopped)
    return total


def _outcome(portion: Sequence[Claimed], stopped: Callable[[], bool]) -> Drained:
    alone = len(portion) == 1
    errors = [error for error in [run(portion[0], stopped)] if error] if alone else run_together(portion)
    return Drained(len(portion) - len(errors), tuple(errors))


def _portions(batch: Sequence[Claimed]) -> list[list[Claimed]]:
    """What is done in one transaction: all of a worker that shares one, and each other delivery by itself.

    A second attempt stands alone too: what failed once would undo the others again.
    """
    portions: dict[object, list[Claimed]] = {}
    for claimed in batch:
        shares = claimed.worker.batch and claimed.attempts == 1
        portions.setdefault(claimed.worker.key if shares else claimed.id, []).append(claimed)
    return list(portions.values())
