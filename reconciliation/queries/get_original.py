from dataclasses import dataclass

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId
from reconciliation.models import Import


@dataclass(frozen=True, kw_only=True)
class OriginalFile:
    """What a door needs to hand out the bytes: `Storage.open(key)`."""

    file_name: str
    key: str
    sha256: str
    size: int


class GetOriginal(Query[OriginalFile], requires=project_role(Role.VIEWER)):
    """The file as it was uploaded, byte for byte."""

    project_id: ProjectId
    import_id: ImportId


@GetOriginal.handler
def get_original(query: GetOriginal) -> OriginalFile:
    found = Import.in_project(query.project_id, query.import_id)
    return OriginalFile(file_name=found.file_name, key=found.original_key, sha256=found.sha256, size=found.size)
