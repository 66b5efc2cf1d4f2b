from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import SourceId
from reconciliation.models import Source
from reconciliation.queries.mapping_rows import MappingVersionRow, version_rows


class ListMappings(Query[tuple[MappingVersionRow, ...]], requires=project_role(Role.VIEWER)):
    """Every version of a source's mapping, newest first: who saved it, when, and what it decides otherwise."""

    project_id: ProjectId
    source_id: SourceId


@ListMappings.handler
def list_mappings(query: ListMappings) -> tuple[MappingVersionRow, ...]:
    return version_rows(Source.in_project(query.project_id, query.source_id))
