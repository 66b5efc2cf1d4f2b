from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cqrs import NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import RuleSetId
from reconciliation.models import RuleSetVersion
from reconciliation.rules import RuleSet


class RuleSetNotThereError(NotFoundError):
    """There is no such rule set in this project."""


@dataclass(frozen=True, kw_only=True)
class RuleSetDetail:
    """`sentences` say in plain words what the document says."""

    id: RuleSetId
    name: str
    version: int
    document: dict[str, Any]
    sentences: tuple[str, ...]
    note: str
    published_by: str
    published_at: datetime


class GetRuleSet(Query[RuleSetDetail], requires=project_role(Role.VIEWER)):
    """One version of a rule set; without an id the one that a run uses by itself."""

    project_id: ProjectId
    rule_set_id: RuleSetId | None = None


@GetRuleSet.handler
def get_rule_set(query: GetRuleSet) -> RuleSetDetail:
    published = RuleSetVersion.objects.filter(project_id=query.project_id)
    if query.rule_set_id is not None:
        published = published.filter(id=query.rule_set_id)
    found = published.order_by("-id").first()
    if found is None:
        raise RuleSetNotThereError
    return RuleSetDetail(
        id=RuleSetId(found.pk),
        name=found.name,
        version=found.version,
        document=found.document,
        sentences=tuple(RuleSet.from_document(found.document).sentences()),
        note=found.note,
        published_by=found.published_by_name,
        published_at=found.published_at,
    )
