from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.intake.demands import USUAL
from reconciliation.models import QualityRules


@dataclass(frozen=True, kw_only=True)
class QualityRulesDetail:
    """`set_by` is null while the usual rules hold, which only warn."""

    document: dict[str, Any]
    set_by: str | None
    set_at: datetime | None


class GetQualityRules(Query[QualityRulesDetail], requires=project_role(Role.VIEWER)):
    """What the project demands of its files."""

    project_id: ProjectId


@GetQualityRules.handler
def get_quality_rules(query: GetQualityRules) -> QualityRulesDetail:
    found = QualityRules.objects.filter(project_id=query.project_id).first()
    if found is None:
        usual: list[Any] = msgspec.to_builtins(USUAL)
        return QualityRulesDetail(document={"rules": usual}, set_by=None, set_at=None)
    return QualityRulesDetail(document=found.document, set_by=found.set_by_name, set_at=found.set_at)
