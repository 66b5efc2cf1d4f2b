from dataclasses import dataclass
from typing import Any

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId
from reconciliation.models import Import
from reconciliation.queries.mapping_rows import DifferenceRow, difference_rows
from reconciliation.queries.reading_rows import EvidenceRow, QuestionRow, evidence_row, question_row


@dataclass(frozen=True, kw_only=True)
class MappingDetail:
    """The document as the file is read, and what in it is not as in the last version saved for its source."""

    mapping: dict[str, Any]
    evidence: tuple[EvidenceRow, ...]
    questions: tuple[QuestionRow, ...]
    saved_version: int | None
    saved_by: str
    differences: tuple[DifferenceRow, ...]


class GetMapping(Query[MappingDetail], requires=project_role(Role.VIEWER)):
    """How one file is read: each decision, why, and how it differs from what was saved for its source."""

    project_id: ProjectId
    import_id: ImportId


@GetMapping.handler
def get_mapping(query: GetMapping) -> MappingDetail:
    found = Import.in_project(query.project_id, query.import_id)
    last = found.source.mappings.order_by("-version").first()
    return MappingDetail(
        mapping=found.mapping,
        evidence=tuple(map(evidence_row, found.evidence)),
        questions=tuple(map(question_row, found.open_questions())),
        saved_version=last.version if last else None,
        saved_by=last.created_by if last else "",
        differences=difference_rows(last.document if last else None, found.mapping),
    )
