from dataclasses import dataclass
from datetime import datetime

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side
from reconciliation.models import AutomaticRuns
from reconciliation.models.automatic_runs import DEFAULT_HOURS


@dataclass(frozen=True, kw_only=True)
class MissingSide:
    """The side that has not arrived, and since when the other one waits for it."""

    side: Side
    waiting_since: datetime


@dataclass(frozen=True, kw_only=True)
class AutomaticRunsDetail:
    """`missing` is set once one side has waited for the other longer than agreed."""

    enabled: bool
    remind_after_hours: int
    set_by_name: str | None
    set_at: datetime | None
    missing: MissingSide | None


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
        missing=_missing(found) if found else None,
    )


def _missing(found: AutomaticRuns) -> MissingSide | None:
    if found.waiting_since is None:
        return None
    return MissingSide(side=Side(found.missing_side), waiting_since=found.waiting_since)
