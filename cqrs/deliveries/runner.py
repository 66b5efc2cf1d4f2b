"""Runs one claimed delivery: the work and its acknowledgement commit together, or neither does."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from cqrs.actor import Actor
from cqrs.context import Context, entering
from cqrs.database import ALIAS
from cqrs.deliveries import settle
from cqrs.deliveries.claims import Claimed
from cqrs.encoding import NewerVersionError, decode
from cqrs.errors import LeaseLostError, NotYetError, UndecodableEventError
from cqrs.injection import call
from cqrs.messages import Event

log = logging.getLogger(__name__)

_NEWER_CODE = timedelta(seconds=15)


@dataclass(slots=True)
class HeldLease:
    """The lease of a claimed delivery."""

    claimed: Claimed
    acknowledged: bool = field(default=False, init=False)

    def heartbeat(self) -> None:
        settle.prolong(self.claimed)

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        with transaction.atomic(using=ALIAS):
            yield
            settle.acknowledge(self.claimed)
        self.acknowledged = True


def run(claimed: Claimed) -> Exception | None:
    """Work on the delivery; what went wrong, which then stands in its row as well."""
    try:
        event = _decoded(claimed)
        if event is not None:
            with entering(_context(claimed)):
                _work(claimed, event)
    except LeaseLostError as error:
        log.warning("%s Its work here was undone.", error)
        return error
    except NotYetError as error:
        settle.hand_back(claimed, reason=str(error), after=error.after)
    except Exception as error:
        log.exception("Delivery %s to %s failed, attempt %s", claimed.id, claimed.worker.key, claimed.attempts)
        _record_failure(claimed, error)
        return error
    return None


def _decoded(claimed: Claimed) -> Event | None:
    """The event, or None when the delivery is settled already: for newer code, unreadable, or out of attempts."""
    stored = claimed.event
    if claimed.attempts > claimed.worker.max_attempts:
        settle.bury(claimed, f"Its worker died {claimed.worker.max_attempts} times without saying why.")
        return None
    try:
        return decode(stored.name, stored.version, stored.payload)
    except NewerVersionError as error:
        settle.hand_back(claimed, reason=str(error), after=_NEWER_CODE)
    except UndecodableEventError as error:
        log.exception("Delivery %s to %s cannot be read", claimed.id, claimed.worker.key)
        settle.bury(claimed, str(error))
    return None


def _work(claimed: Claimed, event: Event) -> None:
    lease = HeldLease(claimed)
    if not claimed.worker.long:
        with lease.acknowledging():
            call(claimed.worker.function, event, lease=lease)
        return
    call(claimed.worker.function, event, lease=lease)
    if not lease.acknowledged:
        settle.acknowledge(claimed)


def _context(claimed: Claimed) -> Context:
    """A worker acts as itself, in the conversation in which the event was published."""
    return Context(
        who=Actor.system(claimed.worker.key),
        correlation_id=claimed.event.correlation_id,
        causation_id=claimed.event.id,
        source="worker",
    )


def _record_failure(claimed: Claimed, error: Exception) -> None:
    settled = settle.bury if isinstance(error, claimed.worker.hopeless) else settle.retry_later
    try:
        settled(claimed, "".join(traceback.format_exception(error)))
    except LeaseLostError:
        log.warning("Delivery %s was taken over or acknowledged before it failed.", claimed.id)
