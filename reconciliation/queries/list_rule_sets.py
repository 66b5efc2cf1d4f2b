from dataclasses import dataclass
from datetime import datetime

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import RuleSetId
from reconciliation.models import RuleSetVersion


@dataclass(frozen=True, kw_only=True)
class RuleSetRow:
    id: RuleSetId
    name: str
    version: int
    passes: tuple[str, ...]
    note: str
    published_by: str
    published_at: datetime


class ListRuleSets(Query[tuple[RuleSetRow, ...]], requires=project_role(Role.VIEWER)):
    """Every published version, the newest first: the first is the one that a run uses by itself."""

    project_id: ProjectId


@ListRuleSets.handler
def list_rule_sets(query: ListRuleSets) -> tuple[RuleSetRow, ...]:
    published = RuleSetVersion.objects.filter(project_id=query.project_id).order_by("-id")
    return tuple(
        RuleSetRow(
            id=RuleSetId(version.pk),
            name=version.name,
            version=version.version,
            passes=tuple(step["name"] for step in version.document["passes"]),
            note=version.note,
            published_by=version.published_by_name,
            published_at=version.published_at,
        )
        for version in published
    )
