from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cqrs import Clock, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.projections import Activity

MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class ActivityOfDay:
    """What one person did on one day (UTC); `person` is None for the platform itself, as in automatic runs."""

    day: date
    person: str | None
    files: int
    runs: int
    confirmed: int
    rejected: int
    matched: int
    undone: int


class ListActivity(Query[tuple[ActivityOfDay, ...]], requires=project_role(Role.VIEWER)):
    """Who did what in the project, by day, newest first: files, runs and decisions of the last `days` days.

    It follows the event log by a moment.
    """

    project_id: ProjectId
    days: int = 30

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 1 <= self.days <= MOST_DAYS:
            yield "days", f"Between 1 and {MOST_DAYS} days."


@ListActivity.handler
def list_activity(query: ListActivity, clock: Clock) -> tuple[ActivityOfDay, ...]:
    since = clock.today() - timedelta(days=query.days - 1)
    rows = Activity.rows().filter(project_id=query.project_id, day__gte=since).order_by("-day", "person")
    return tuple(
        ActivityOfDay(
            day=row.day,
            person=row.person or None,
            files=row.files,
            runs=row.runs,
            confirmed=row.confirmed,
            rejected=row.rejected,
            matched=row.matched,
            undone=row.undone,
        )
        for row in rows
    )
