"""Builds a projection anew from the log, beside the generation that is read, then puts it in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import ALIAS
from cqrs.errors import ConflictError
from cqrs.models import ProjectionBuild, StoredEvent, StreamAnchor
from cqrs.projections.declaration import Projection
from cqrs.projections.following import BATCH, take_in

_SWEPT_AT_ONCE = 5_000


class ArchivedLogError(ConflictError):
    """Part of the log was archived, so that a rebuild would miss what happened then."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the projection's events the new generation has taken in."""

    generation: int
    done: int
    total: int


def rebuild(
    projection: type[Projection[Any]],
    report: Callable[[Progress], None] = lambda _progress: None,
    *,
    fresh: bool = False,
    incomplete: bool = False,
) -> int:
    """The number of the generation that is live afterwards. One that was left half-way is taken up again.

    `fresh` throws that one away, as changed code demands; `incomplete` does without what was archived. Several rebuilds
    at once work on the same generation, one batch each. Each batch commits by itself, so a report may raise to stop.
    """
    if not incomplete:
        refuse_archived()
    if fresh:
        unfinished(projection).delete()
    sweep(projection)
    build = _begun(projection)
    progress = progress_of(projection, build)
    while (taken := _advance(projection, build.pk)) is not None:
        progress = Progress(progress.generation, progress.done + taken, max(progress.total, progress.done + taken))
        report(progress)
    sweep(projection)
    return build.generation


def unfinished(projection: type[Projection[Any]]) -> "QuerySet[ProjectionBuild]":
    """The builds that are not live yet: newer than the live one."""
    builds = ProjectionBuild.objects.filter(projection=projection.name)
    live = builds.filter(live=True).aggregate(newest=Max("generation"))["newest"] or 0
    return builds.filter(generation__gt=live)


def sweep(projection: type[Projection[Any]]) -> None:
    """Remove the rows of generations that nobody reads or builds any more, in short transactions."""
    builds = ProjectionBuild.objects.filter(projection=projection.name)
    kept = Q(live=True) | Q(pk__in=unfinished(projection).values("pk"))
    builds.exclude(pk__in=builds.filter(kept).values_list("pk", flat=True)).delete()
    model: Any = projection.model
    left = model.objects.exclude(generation__in=list(builds.values_list("generation", flat=True)))
    while ids := list(left.values_list("pk", flat=True)[:_SWEPT_AT_ONCE]):
        model.objects.filter(pk__in=ids).delete()


def refuse_archived() -> None:
    archived = StreamAnchor.objects.order_by("archived_at")
    if newest := archived.last():
        raise ArchivedLogError(
            f"{archived.count()} streams reach back to the archive of {newest.archived_at:%Y-%m-%d} only"
            f" ({newest.archive}). Rebuild from what is kept with --incomplete, or restore the archive first."
        )


def _begun(projection: type[Projection[Any]]) -> ProjectionBuild:
    if half := unfinished(projection).order_by("generation").last():
        return half
    newest = ProjectionBuild.objects.filter(projection=projection.name).aggregate(newest=Max("generation"))["newest"]
    begun, _ = ProjectionBuild.objects.get_or_create(
        projection=projection.name,
        generation=(newest or 0) + 1,
        defaults={"started_at": services.get(Clock).now()},
    )
    return begun


def progress_of(projection: type[Projection[Any]], build: ProjectionBuild) -> Progress:
    events = StoredEvent.objects.filter(name__in=projection.functions)
    behind = Q(transaction_id__lt=build.transaction_id) | Q(
        transaction_id=build.transaction_id, sequence__lte=build.sequence
    )
    return Progress(build.generation, events.filter(behind).count(), events.count())


def _advance(projection: type[Projection[Any]], number: int) -> int | None:
    """Take in one batch, or the rest and swap; None once the build is live, or gone because it was thrown away."""
    with transaction.atomic(using=ALIAS):
        build = ProjectionBuild.objects.select_for_update().filter(pk=number, live=False).first()
        if build is None:
            return None
        taken = take_in(projection, build)
        if taken < BATCH:
            taken += _swap(projection, build)
    return taken


def _swap(projection: type[Projection[Any]], build: ProjectionBuild) -> int:
    """With the live generation locked nothing overtakes us: whatever it has passed, we can read and pass as well."""
    builds = ProjectionBuild.objects.filter(projection=projection.name)
    list(builds.select_for_update().filter(live=True))
    rest = 0
    while taken := take_in(projection, build):
        rest += taken
    builds.filter(live=True).update(live=False)  # a reader sees neither update, or both
    builds.filter(pk=build.pk).update(live=True, went_live_at=services.get(Clock).now())
    return rest
