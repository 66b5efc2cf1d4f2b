from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.models import Extraction
from reconciliation.queries.extraction_rows import ExtractionRow, extraction_row


class ListExtractions(Query[Page[ExtractionRow]], requires=project_role(Role.VIEWER)):
    """What was asked of databases, the newest first."""

    project_id: ProjectId
    after: str | None = None
    limit: int = 50


@ListExtractions.handler
def list_extractions(query: ListExtractions) -> Page[ExtractionRow]:
    found = Extraction.objects.filter(project_id=query.project_id).select_related("connection", "source")
    return page_of(found, order=("-id",), after=query.after, limit=query.limit, shape=extraction_row)
