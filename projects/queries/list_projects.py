"""The projects that the asker works in."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q

from cqrs import Actor, Page, Query, signed_in
from cqrs.keyset import page_of
from projects.ids import ProjectId, Role
from projects.models import Membership


@dataclass(frozen=True)
class ProjectRow:
    id: ProjectId
    name: str
    description: str
    role: Role
    archived: bool
    updated_at: datetime
    match_rate: Decimal | None
    open_items: int


class ListProjects(Query[Page[ProjectRow]], requires=signed_in):
    """The projects that the asker is a member of, by name."""

    after: str | None = None
    limit: int = 50
    archived: bool = False
    search: str = ""


@ListProjects.handler
def list_projects(query: ListProjects, actor: Actor) -> Page[ProjectRow]:
    if actor.user_id is None:
        return Page(items=())
    mine = Membership.objects.filter(user_id=actor.user_id, project__archived_at__isnull=not query.archived)
    for word in query.search.split():
        mine = mine.filter(Q(project__name__icontains=word) | Q(project__description__icontains=word))
    named = mine.select_related("project__figures").annotate(name=F("project__name"))
    return page_of(named, order=("name", "project_id"), after=query.after, limit=query.limit, shape=_row)


def _row(membership: Membership) -> ProjectRow:
    project = membership.project
    figures = getattr(project, "figures", None)
    return ProjectRow(
        id=ProjectId(project.id),
        name=project.name,
        description=project.description,
        role=Role(membership.role),
        archived=project.archived_at is not None,
        updated_at=project.updated_at,
        match_rate=figures.match_rate if figures else None,
        open_items=figures.open_items if figures else 0,
    )
