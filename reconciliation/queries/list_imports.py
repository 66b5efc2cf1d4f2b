from cqrs import Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import SourceId
from reconciliation.models import Import, ImportKind
from reconciliation.queries.import_rows import ImportRow, import_row


class ListImports(Query[Page[ImportRow]], requires=project_role(Role.VIEWER)):
    """The files of a project or of one source, newest first; corrections of single lines are told by their file."""

    project_id: ProjectId
    source_id: SourceId | None = None
    after: str | None = None
    limit: int = 50


@ListImports.handler
def list_imports(query: ListImports) -> Page[ImportRow]:
    imports = Import.objects.filter(project_id=query.project_id).exclude(kind=ImportKind.CORRECTION)
    imports = imports.select_related("source")
    if query.source_id is not None:
        imports = imports.filter(source_id=query.source_id)
    return page_of(imports, order=("-id",), after=query.after, limit=query.limit, shape=import_row)
