"""How a project stands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cqrs import Cache, Invalidation, Query
from projects.access import ProjectNotFoundError, Role, project_role
from projects.events import MemberAdded, MemberRemoved, ProjectFiguresRecorded
from projects.ids import ProjectId
from projects.models import Project, ProjectFigures


@dataclass(frozen=True)
class CurrencyAmount:
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class ProjectAnalytics:
    """The figures as reconciliation last reported them, at `recorded_at`; None and zeros before the first report."""

    project_id: ProjectId
    members: int
    match_rate: Decimal | None
    records: int
    confirmed_records: int
    suggested_records: int
    open_items: int
    open_amounts: tuple[CurrencyAmount, ...]
    last_run_at: datetime | None
    recorded_at: datetime | None


def _project(event: ProjectFiguresRecorded | MemberAdded | MemberRemoved) -> str:
    return str(event.project_id)


class GetProjectAnalytics(
    Query[ProjectAnalytics],
    requires=project_role(Role.VIEWER),
    cache=Cache(
        seconds=300,
        same_for_all=True,
        key=lambda query, _actor: str(query.project_id),
        invalidated_by=(
            Invalidation(ProjectFiguresRecorded, _project),
            Invalidation(MemberAdded, _project),
            Invalidation(MemberRemoved, _project),
        ),
    ),
):
    """How a project stands: its match rate and what is open, by count and by amount in each currency."""

    project_id: ProjectId


@GetProjectAnalytics.handler
def get_project_analytics(query: GetProjectAnalytics) -> ProjectAnalytics:
    project = Project.objects.select_related("figures").filter(id=query.project_id).first()
    if project is None:
        raise ProjectNotFoundError
    figures: ProjectFigures | None = getattr(project, "figures", None)
    return ProjectAnalytics(
        project_id=query.project_id,
        members=project.memberships.count(),
        match_rate=figures.match_rate if figures else None,
        records=figures.records if figures else 0,
        confirmed_records=figures.confirmed_records if figures else 0,
        suggested_records=figures.suggested_records if figures else 0,
        open_items=figures.open_items if figures else 0,
        open_amounts=_amounts(figures.open_amounts if figures else {}),
        last_run_at=figures.last_run_at if figures else None,
        recorded_at=figures.recorded_at if figures else None,
    )


def _amounts(by_currency: dict[str, str]) -> tuple[CurrencyAmount, ...]:
    return tuple(CurrencyAmount(currency, Decimal(amount)) for currency, amount in sorted(by_currency.items()))
