"""Keeps a projection's live generation up with the log: the rows and the place reached commit together."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.context import Context
from cqrs.database import ALIAS, EVENT_TABLE, database, parameter
from cqrs.errors import NotYetError
from cqrs.log import feed
from cqrs.messages import Event
from cqrs.models import ProjectionBuild, StoredEvent, StreamAnchor

if TYPE_CHECKING:
    from cqrs.projections.declaration import Projection

log = logging.getLogger(__name__)

BATCH = 500

_PASSED = (
    f"SELECT 1 FROM {EVENT_TABLE} AS event JOIN cqrs_projection_build AS build"  # noqa: S608  # a table's name
    " ON (event.transaction_id, event.sequence) <= (build.transaction_id, build.sequence)"
    " WHERE event.id = %s AND build.projection = %s AND build.live"
)
_FENCED = timedelta(seconds=1)
_NOT_BUILT = timedelta(seconds=60)


def wake(projection: "type[Projection[Any]]") -> Callable[[Event, Context], None]:
    """The durable subscriber of a projection. It is acknowledged once the projection has passed the event, not before.

    So nothing is missed while the feed holds an event back behind a transaction that is still open.
    """

    def follow_log(_event: Event, context: Context) -> None:
        assert context.causation_id is not None, "a worker reacts to an event"
        if not _has_passed(projection, context.causation_id):
            follow(projection, feed.Position.of(StoredEvent.objects.get(id=context.causation_id)))

    return follow_log


def _has_passed(projection: "type[Projection[Any]]", event_id: UUID) -> bool:
    """Most deliveries of a burst find that an earlier one has taken their event in: they ask this and nothing more."""
    connection = database()
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, [parameter(event_id, connection), projection.name])
        return cursor.fetchone() is not None


def follow(projection: "type[Projection[Any]]", until: feed.Position) -> None:
    """Take in what the log has, up to this place at least, unless another follower did.

    Raises NotYetError while the feed holds that place back, or while a first generation has yet to be built.
    """
    with transaction.atomic(using=ALIAS):
        live = _locked_live(projection)
        while place(live) < until:
            if not _take_in_up_to(until, projection, live):
                raise NotYetError("The feed waits for a transaction that is still open.", after=_FENCED)


def _take_in_up_to(until: feed.Position, projection: "type[Projection[Any]]", live: ProjectionBuild) -> int:
    """A whole batch where that goes; else no further than asked, so that a bad event fails its own delivery first."""
    try:
        with transaction.atomic(using=ALIAS):
            return take_in(projection, live)
    except Exception:  # whatever a function raises: told here, and raised below if it is its own event's
        log.exception("%s cannot take in a batch behind %s", projection.name, place(live).token())
        return take_in(projection, live, until)


def take_in(projection: "type[Projection[Any]]", build: ProjectionBuild, until: feed.Position | None = None) -> int:
    """Take the next events into a build whose row the caller has locked; how many there were."""
    events = feed.read(place(build), BATCH, tuple(projection.functions))
    events = [stored for stored in events if until is None or feed.Position.of(stored) <= until]
    for stored in events:
        projection.take(stored, build.generation)
    if events:
        build.transaction_id, build.sequence = events[-1].transaction_id, events[-1].sequence
        build.save(update_fields=["transaction_id", "sequence"])
    return len(events)


def place(build: ProjectionBuild) -> feed.Position:
    return feed.Position(build.transaction_id, build.sequence)


def _locked_live(projection: "type[Projection[Any]]") -> ProjectionBuild:
    """The lock is what makes several followers safe: the second finds the first one's place when it gets its turn."""
    builds = ProjectionBuild.objects.filter(projection=projection.name)
    for _ in range(2):  # a swap that was waited for leaves no live row in sight of the statement that waited
        if live := builds.select_for_update().filter(live=True).first():
            return live
        if not builds.exists() and _log_is_short(projection):
            now = services.get(Clock).now()
            first = {"live": True, "started_at": now, "went_live_at": now}
            builds.get_or_create(projection=projection.name, generation=1, defaults=first)
    text = f"{projection.name} has no generation yet, and the log is long, or archived in part."
    raise NotYetError(f"{text} Build it first: manage.py projections rebuild {projection.name}", after=_NOT_BUILT)


def _log_is_short(projection: "type[Projection[Any]]") -> bool:
    """Whether a delivery can take all of it in at once, and all of it is there."""
    archived = StreamAnchor.objects.exists()
    return not archived and len(feed.read(feed.Position(), BATCH + 1, tuple(projection.functions))) <= BATCH
