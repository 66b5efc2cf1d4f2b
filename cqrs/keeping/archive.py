"""Moves what is done out of the log: first into a file, then, in the file's order, out of the tables.

Stopped anywhere, the next run goes on: a file that is not whole counts for nothing, one that is whole is deleted after.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import ALIAS
from cqrs.keeping import archive_file
from cqrs.keeping.alone import alone
from cqrs.keeping.archive_file import ArchivedEvent
from cqrs.log.feed import Position
from cqrs.models import Delivery, ProjectionBuild, StoredEvent, StreamAnchor
from cqrs.read_only import reading_only

_CHUNK = 500
_FINISHED = (Delivery.Status.DONE, Delivery.Status.SKIPPED)


@dataclass(slots=True)
class Archived:
    """What one run came to: the file, how many events of each name went there, and why others stay."""

    file: str | None = None
    torn: str | None = None
    gone: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


def archive(before: datetime) -> Archived:
    """Archive the events published before then; of each stream from its start on, and never its newest event.

    Raises AlreadyArchivingError while another process is at it.
    """
    result = Archived()
    with alone():
        if earlier := archive_file.names():
            _finish(earlier[-1], result)
        name = f"{services.get(Clock).now():%Y%m%dT%H%M%S.%fZ}"
        result.file = archive_file.write(name, _archivable(before, result.kept))
        if result.file is not None:
            _finish(result.file, result)
    return result


def _finish(name: str, result: Archived) -> None:
    """Delete what the newest file holds, as far as it is still there, unless its writer was stopped."""
    if archive_file.counts(name):
        _delete(name, result)
    else:
        result.torn = name


def _archivable(before: datetime, kept: Counter[str]) -> Iterator[StoredEvent]:
    """Without gaps: once an event stays, so does all that follows it in its stream."""
    stream, expected, reason, build = None, 0, "", _unfinished_build()
    with reading_only():
        for event in _candidates(before).iterator(_CHUNK):
            if event.stream != stream:
                stream, expected, reason = event.stream, (event.anchored or 0) + 1, ""
            reason = "behind one that is kept" if reason else _why_kept(event, expected, build)
            if reason:
                kept[reason] += 1
            else:
                yield event
            expected += 1


def _candidates(before: datetime) -> "QuerySet[Any, Any]":
    unfinished = Delivery.objects.filter(event_id=OuterRef("sequence")).exclude(status__in=_FINISHED)
    following = StoredEvent.objects.filter(stream=OuterRef("stream"), position__gt=OuterRef("position"))
    anchor = StreamAnchor.objects.filter(stream=OuterRef("stream")).values("position")
    return (
        StoredEvent.objects.filter(at__lt=before)
        .annotate(unfinished=Exists(unfinished), followed=Exists(following), anchored=Subquery(anchor))
        .order_by("stream", "position")
    )


def _why_kept(event: Any, expected: int, build: Position | None) -> str:
    if event.position != expected:
        return "behind a gap: see `events verify`"
    if event.unfinished:
        return "not delivered yet"
    if build is not None and Position.of(event) > build:
        return "to be read by a projection that is being rebuilt"
    return "" if event.followed else "the newest of their streams"


def _unfinished_build() -> Position | None:
    """How far the slowest rebuild has come. What is live says by its deliveries how far it has."""
    builds = ProjectionBuild.objects.filter(live=False, went_live_at=None)
    return min((Position(build.transaction_id, build.sequence) for build in builds), default=None)


def _delete(name: str, result: Archived) -> None:
    """Take what the file holds out of the tables; what was replayed meanwhile stays, and what follows it."""
    halted: set[str] = set()
    rows = archive_file.read(name)
    while chunk := list(islice(rows, _CHUNK)):
        with transaction.atomic(using=ALIAS):
            gone = list(_deletable(chunk, halted))
            numbers = [each.sequence for each in gone]
            Delivery.objects.filter(event_id__in=numbers, status__in=_FINISHED).delete()
            StoredEvent.objects.filter(sequence__in=numbers).delete()
            _anchor(gone, name)
        result.gone.update(each.content.name for each in gone)


def _deletable(chunk: Iterable[ArchivedEvent], halted: set[str]) -> Iterator[ArchivedEvent]:
    numbers = [each.sequence for each in chunk]
    # Locked, so that no delivery is added meanwhile: its foreign key would have to wait for us, and then fails.
    rows = StoredEvent.objects.select_for_update().filter(sequence__in=numbers)
    present = dict(rows.values_list("sequence", "hash"))
    unfinished = Delivery.objects.filter(event_id__in=numbers).exclude(status__in=_FINISHED)
    busy = set(unfinished.values_list("event_id", flat=True))
    for each in chunk:
        if each.sequence in busy or present.get(each.sequence, each.hash) != each.hash:
            halted.add(each.content.stream)
        elif each.sequence in present and each.content.stream not in halted:
            yield each


def _anchor(gone: Iterable[ArchivedEvent], name: str) -> None:
    last = {each.content.stream: each for each in gone}
    now = services.get(Clock).now()
    StreamAnchor.objects.bulk_create(
        [
            StreamAnchor(
                stream=stream,
                position=each.position,
                hash=each.hash,
                transaction_id=each.transaction_id,
                sequence=each.sequence,
                archive=name,
                archived_at=now,
            )
            for stream, each in last.items()
        ],
        update_conflicts=True,
        unique_fields=["stream"],
        update_fields=["position", "hash", "transaction_id", "sequence", "archive", "archived_at"],
    )
