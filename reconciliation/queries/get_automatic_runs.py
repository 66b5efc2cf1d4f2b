from dataclasses import dataclass
from datetime import datetime

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side
from reconciliation.models import AutomaticRuns
from reconciliation.models.automatic_runs import DEFAULT_HOURS


@dataclass(frozen=True, kw_only=True)
class AutomaticRunsDetail:
    """`missing_side` is set once one side has waited for the other, since `waiting_since`, longer than agreed."""

    enabled: bool
    remind_after_hours: int
    set_by_name: str | None
    set_at: datetime | None
    missing_side: Side | None
    waiting_since: datetime | None


class GetAutomaticRuns(Query[AutomaticRunsDetail], requires=project_role(Role.VIEWER)):
    """Whether the project runs by itself when both sides have arrived, and which side is missing."""

    project_id: ProjectId


@GetAutomaticRuns.handler
def get_automatic_runs(query: GetAutomaticRuns) -> AutomaticRunsDetail:
    found = AutomaticRuns.objects.filter(project_id=query.project_id).first()
    return AutomaticRunsDetail(
        enabled=found is not None and found.enabled,
        remind_after_hours=found.remind_after_hours if found else DEFAULT_HOURS,
        set_by_name=found.set_by_name if found else None,
        set_at=found.set_at if found else None,
        missing_side=Side(found.missing_side) if found and found.missing_side else None,
        waiting_since=found.waiting_since if found else None,
    )
