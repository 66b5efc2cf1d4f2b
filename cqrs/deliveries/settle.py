"""How a claimed delivery ends. Each writes only where the fencing token is still ours."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import DELIVERY_TABLE, database, parameter, preparing_cursor
from cqrs.deliveries.claims import LEASE, Claimed
from cqrs.errors import LeaseLostError
from cqrs.models import Delivery

_LONGEST_DELAY = 900
_LONGEST_ERROR = 10_000

# By hand, because it stands in the transaction of each delivery: planning it anew takes longer than executing it. The
# status is glued to nothing so that no plan reads the index of what runs, which is mostly dead entries in a busy hour.
_ACKNOWLEDGE = (
    f"UPDATE {DELIVERY_TABLE} SET status = 'done', finished_at = %s, lease_until = NULL, error = ''"  # noqa: S608
    " WHERE claim_token = %s AND status || '' = 'running' AND id IN (%s{also})"
)


def acknowledge(claimed: Claimed, *others: Claimed) -> None:
    """Done, all or none. Stands in the transaction of the work, so that a lost lease undoes the work.

    The others come from the same claim.
    """
    connection = database()
    values = [parameter(_now(), connection), parameter(claimed.token, connection), claimed.id]
    also = "".join(f", {other.id}" for other in others)  # numbers; as parameters they would cost more than the update
    with preparing_cursor() as cursor:
        cursor.execute(_ACKNOWLEDGE.format(also=also), values)
        if cursor.rowcount != 1 + len(others):
            raise _lost(claimed)


def prolong(claimed: Claimed) -> None:
    _write(claimed, lease_until=_now() + LEASE)


def retry_later(claimed: Claimed, error: str) -> None:
    """Due again after a while, or dead after the last attempt."""
    if claimed.attempts >= claimed.worker.max_attempts:
        bury(claimed, error)
    else:
        due = _now() + delay(claimed.attempts)
        _write(claimed, status=Delivery.Status.WAITING, available_at=due, lease_until=None, error=_storable(error))


def bury(claimed: Claimed, error: str) -> None:
    """Dead: an operator decides. Whatever has the same order key waits for that."""
    _write(claimed, status=Delivery.Status.DEAD, finished_at=_now(), lease_until=None, error=_storable(error))


def hand_back(claimed: Claimed, *, reason: str = "", after: timedelta = timedelta(0)) -> None:
    """Not tried: somebody else takes it, and this claim does not count as an attempt."""
    _write(claimed, **_uncounted(after), error=_storable(reason))


def hand_back_unbegun(batch: Sequence[Claimed]) -> None:
    """Those of one claim that nobody took over meanwhile."""
    if batch:
        ours = Delivery.objects.filter(pk__in=[each.id for each in batch], claim_token=batch[0].token)
        ours.filter(status=Delivery.Status.RUNNING).update(**_uncounted())


def delay(attempts: int) -> timedelta:
    """1, 4, 16 ... seconds up to a quarter of an hour, half of it by chance: failures shall not return together."""
    longest = min(_LONGEST_DELAY, 4 ** (attempts - 1))
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311  # no secret


def _uncounted(after: timedelta = timedelta(0)) -> dict[str, object]:
    waiting = {"status": Delivery.Status.WAITING, "lease_until": None}
    return {**waiting, "attempts": F("attempts") - 1, "available_at": _now() + after}


def _storable(error: str) -> str:
    """Its end, with what a database refuses written out: what failed may quote the bytes of a file, or its name."""
    return error[-_LONGEST_ERROR:].encode(errors="backslashreplace").decode().replace("\0", "\\x00")


def _now() -> datetime:
    return services.get(Clock).now()


def _write(claimed: Claimed, **columns: object) -> None:
    ours = Delivery.objects.filter(pk=claimed.id, claim_token=claimed.token, status=Delivery.Status.RUNNING)
    if not ours.update(**columns):
        raise _lost(claimed)


def _lost(claimed: Claimed) -> LeaseLostError:
    return LeaseLostError(f"Delivery {claimed.id} to {claimed.worker.key} belongs to another worker now.")
