"""Take note of how a project stands."""

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from cqrs import Clock, Command, event_bus, system_only
from projects.events import ProjectFiguresRecorded
from projects.ids import ProjectId
from projects.models import Project, ProjectFigures


class RecordProjectFigures(Command[None], requires=system_only):
    """Take note of how a project stands. Reconciliation reports it after each run and each decision."""

    project_id: ProjectId
    # The share of records in confirmed groups, 0 to 1; None while there is no record.
    match_rate: Decimal | None
    records: int
    confirmed_records: int
    suggested_records: int
    open_items: int
    # By ISO currency, the sum of the open items' amounts regardless of their sign.
    open_amounts: dict[str, Decimal]
    last_run_at: datetime | None = None

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.match_rate is not None and not 0 <= self.match_rate <= 1:
            yield "match_rate", "A match rate is a share between 0 and 1."


@RecordProjectFigures.handler
def record_project_figures(command: RecordProjectFigures, clock: Clock) -> None:
    now = clock.now()
    if not Project.objects.filter(id=command.project_id).update(updated_at=now):
        return  # deleted since the report was written; a worker need not try again
    ProjectFigures.objects.update_or_create(
        project_id=command.project_id,
        defaults={
            "match_rate": _never_rounded_up(command.match_rate),
            "records": command.records,
            "confirmed_records": command.confirmed_records,
            "suggested_records": command.suggested_records,
            "open_items": command.open_items,
            "open_amounts": {currency: str(amount) for currency, amount in command.open_amounts.items()},
            "last_run_at": command.last_run_at,
            "recorded_at": now,
        },
    )
    event_bus.publish(ProjectFiguresRecorded(project_id=command.project_id, recorded_at=now))


def _never_rounded_up(match_rate: Decimal | None) -> Decimal | None:
    """99.996 % is not everything."""
    return None if match_rate is None else match_rate.quantize(Decimal("0.0001"), ROUND_FLOOR)
