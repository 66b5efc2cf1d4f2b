"""The read models and how far each has followed the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cqrs.messages import Query
from cqrs.models import ProjectionBuild
from cqrs.operating.operators import operators
from cqrs.projections.declaration import Projection, projections
from cqrs.projections.rebuilding import Progress, progress_of, unfinished


@dataclass(frozen=True, kw_only=True)
class ProjectionRow:
    """`live` and `building` are None where there is no such generation."""

    name: str
    description: str
    events: tuple[str, ...]
    live: Progress | None
    live_since: datetime | None
    building: Progress | None


class ListProjections(Query[tuple[ProjectionRow, ...]], requires=operators):
    """The read models: what they take in, the generation that is read, and the one that is being built."""


@ListProjections.handler
def list_projections(_query: ListProjections) -> tuple[ProjectionRow, ...]:
    return tuple(_row(projections[name]) for name in sorted(projections))


def _row(projection: type[Projection[Any]]) -> ProjectionRow:
    live = ProjectionBuild.objects.filter(projection=projection.name, live=True).first()
    building = unfinished(projection).last()
    return ProjectionRow(
        name=projection.name,
        description=(projection.__doc__ or "").strip().split("\n")[0],
        events=tuple(sorted(projection.functions)),
        live=progress_of(projection, live) if live else None,
        live_since=live.went_live_at if live else None,
        building=progress_of(projection, building) if building else None,
    )
