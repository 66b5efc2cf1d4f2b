from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side, SourceId
from reconciliation.models import PickedStatus, PickUp

_OF_A_PERSON = Q(files__status=PickedStatus.WAITING) | Q(files__status=PickedStatus.REFUSED)


@dataclass(frozen=True, kw_only=True)
class PickUpRow:
    """One folder; `due_at` is about when it is looked into next, `to_look_at` counts what waits or was refused."""

    source_id: SourceId
    source_name: str
    side: Side
    url: str
    pattern: str
    every_minutes: int
    when_done: str
    enabled: bool
    set_by_name: str
    set_at: datetime
    looked_at: datetime | None
    due_at: datetime | None
    error: str
    files: int
    to_look_at: int


class ListPickUps(Query[tuple[PickUpRow, ...]], requires=project_role(Role.VIEWER)):
    """The folders from which files of the project's sources are picked up, and how the last look went."""

    project_id: ProjectId


@ListPickUps.handler
def list_pick_ups(query: ListPickUps) -> tuple[PickUpRow, ...]:
    found = PickUp.objects.filter(project_id=query.project_id).select_related("source")
    counted = found.annotate(seen=Count("files"), to_look_at=Count("files", filter=_OF_A_PERSON))
    return tuple(_row(pick_up) for pick_up in counted.order_by("source__side", "source__name"))


def _row(pick_up: "PickUp") -> PickUpRow:
    due_at = pick_up.looked_at + timedelta(minutes=pick_up.every_minutes) if pick_up.looked_at else None
    return PickUpRow(
        source_id=SourceId(pick_up.source_id),
        source_name=pick_up.source.name,
        side=Side(pick_up.source.side),
        url=pick_up.url,
        pattern=pick_up.pattern,
        every_minutes=pick_up.every_minutes,
        when_done=pick_up.when_done,
        enabled=pick_up.enabled,
        set_by_name=pick_up.set_by_name,
        set_at=pick_up.set_at,
        looked_at=pick_up.looked_at,
        due_at=due_at if pick_up.enabled else None,
        error=pick_up.error,
        files=pick_up.seen,  # type: ignore[attr-defined]  # annotated above
        to_look_at=pick_up.to_look_at,  # type: ignore[attr-defined]  # annotated above
    )
