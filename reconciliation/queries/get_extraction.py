from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ExtractionId
from reconciliation.models import Extraction
from reconciliation.queries.extraction_rows import ExtractionRow, extraction_row


class GetExtraction(Query[ExtractionRow], requires=project_role(Role.VIEWER)):
    """One query against a database, and what became of it."""

    project_id: ProjectId
    extraction_id: ExtractionId


@GetExtraction.handler
def get_extraction(query: GetExtraction) -> ExtractionRow:
    return extraction_row(Extraction.in_project(query.project_id, query.extraction_id))
