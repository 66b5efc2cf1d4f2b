"""Runs claimed deliveries: the work and its acknowledgement commit together, or neither does."""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction

from cqrs.actor import Actor
from cqrs.container import services
from cqrs.context import Context, entering
from cqrs.database import ALIAS
from cqrs.deliveries import settle
from cqrs.deliveries.claims import Claimed, mend_connection
from cqrs.deliveries.held import HeldLease, never
from cqrs.encoding import NewerVersionError, decode
from cqrs.errors import LeaseLostError, NotYetError, UndecodableEventError
from cqrs.injection import call
from cqrs.lease import Lease
from cqrs.observing import observed

log = logging.getLogger(__name__)

_NEWER_CODE = timedelta(seconds=15)


def run_together(batch: Sequence[Claimed]) -> list[Exception]:
    """Deliveries of one claim in one transaction with one acknowledgement. If one fails, each is done by itself."""
    try:
        with transaction.atomic(using=ALIAS):
            for claimed in batch:
                perform(claimed, HeldLease(claimed))
            settle.acknowledge(*batch)
    except Exception:  # whatever a subscriber raises: each is done again, and the one at fault has it in its row
        log.info("A batch of %s is done one by one", batch[0].worker.key, exc_info=True)
        return [error for each in batch if (error := run(each))]
    return []


def run(claimed: Claimed, stopped: Callable[[], bool] = never) -> Exception | None:
    """Work on the delivery; what went wrong, which then stands in its row as well."""
    with entering(_context(claimed)):  # around the settling too: its log lines name the conversation
        try:
            _work(claimed, stopped)
        except LeaseLostError as error:
            log.warning("%s Its work here was undone.", error)
            return error
        except Exception as error:  # noqa: BLE001  # recorded in the row
            return _settle_failed(claimed, error)
    return None


def perform(claimed: Claimed, lease: Lease) -> None:
    """The work alone: no transaction, no acknowledgement. A worker acts as itself, in the event's conversation."""
    stored = claimed.event
    event = decode(stored.name, stored.version, stored.payload)
    with (
        entering(_context(claimed)),
        services.scope(),
        observed("delivery", claimed.worker.key).once(
            parent=stored.trace, delivery=claimed.id, attempt=claimed.attempts
        ),
    ):
        call(claimed.worker.function, event, lease=lease)


def _context(claimed: Claimed) -> Context:
    stored = claimed.event
    return Context(
        who=Actor.system(claimed.worker.key),
        correlation_id=stored.correlation_id,
        causation_id=stored.id,
        source="worker",
    )


def _work(claimed: Claimed, stopped: Callable[[], bool]) -> None:
    if claimed.attempts > claimed.worker.max_attempts:
        settle.bury(claimed, f"Its worker died {claimed.worker.max_attempts} times without saying why.")
        return
    lease = HeldLease(claimed, stopped)
    if not claimed.worker.long:
        with lease.acknowledging():
            perform(claimed, lease)
        return
    with lease.kept_alive():
        perform(claimed, lease)
        if not lease.acknowledged:
            settle.acknowledge(claimed)


def _settle_failed(claimed: Claimed, error: Exception) -> Exception | None:
    """Write into the row what went wrong; nothing did where the delivery is only handed back."""
    mend_connection()
    try:
        if isinstance(error, NewerVersionError):
            settle.hand_back(claimed, reason=str(error), after=_NEWER_CODE)
            return None
        if isinstance(error, NotYetError):
            settle.hand_back(claimed, reason=str(error), after=error.after)
            return None
        log.error(
            "Delivery %s to %s failed, attempt %s", claimed.id, claimed.worker.key, claimed.attempts, exc_info=error
        )
        hopeless = isinstance(error, (UndecodableEventError, *claimed.worker.hopeless))
        settled = settle.bury if hopeless else settle.retry_later
        settled(claimed, "".join(traceback.format_exception(error)))
    except LeaseLostError:
        log.warning("Delivery %s was taken over or acknowledged before it failed.", claimed.id)
    return error
