"""How a claimed delivery ends. Each writes only where the fencing token is still ours."""

import random
from datetime import datetime, timedelta

from django.db.models import F

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.deliveries.claims import LEASE, Claimed
from cqrs.errors import LeaseLostError
from cqrs.models import Delivery

_LONGEST_DELAY = 900
_LONGEST_ERROR = 10_000


def acknowledge(claimed: Claimed) -> None:
    """Done. Stands in the transaction of the work, so that a lost lease undoes the work."""
    _write(claimed, status=Delivery.Status.DONE, finished_at=_now(), lease_until=None, error="")


def prolong(claimed: Claimed) -> None:
    _write(claimed, lease_until=_now() + LEASE)


def retry_later(claimed: Claimed, error: str) -> None:
    """Due again after a while, or dead after the last attempt."""
    if claimed.attempts >= claimed.worker.max_attempts:
        bury(claimed, error)
    else:
        due = _now() + delay(claimed.attempts)
        _write(
            claimed, status=Delivery.Status.WAITING, available_at=due, lease_until=None, error=error[-_LONGEST_ERROR:]
        )


def bury(claimed: Claimed, error: str) -> None:
    """Dead: an operator decides. Whatever has the same order key waits for that."""
    _write(claimed, status=Delivery.Status.DEAD, finished_at=_now(), lease_until=None, error=error[-_LONGEST_ERROR:])


def hand_back(claimed: Claimed, *, reason: str = "", after: timedelta = timedelta(0)) -> None:
    """Not tried: somebody else takes it, and this claim does not count as an attempt."""
    waiting = {"status": Delivery.Status.WAITING, "lease_until": None, "error": reason}
    _write(claimed, **waiting, attempts=F("attempts") - 1, available_at=_now() + after)


def delay(attempts: int) -> timedelta:
    """1, 4, 16 ... seconds up to a quarter of an hour, half of it by chance: failures shall not return together."""
    longest = min(_LONGEST_DELAY, 4 ** (attempts - 1))
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311  # no secret


def _now() -> datetime:
    return services.get(Clock).now()


def _write(claimed: Claimed, **columns: object) -> None:
    ours = Delivery.objects.filter(pk=claimed.id, claim_token=claimed.token, status=Delivery.Status.RUNNING)
    if not ours.update(**columns):
        raise LeaseLostError(f"Delivery {claimed.id} to {claimed.worker.key} belongs to another worker now.")
