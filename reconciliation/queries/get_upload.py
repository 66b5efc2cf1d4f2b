from dataclasses import dataclass
from datetime import datetime

from cqrs import Actor, Clock, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId, SourceId, UploadId
from reconciliation.models import ResumableUpload, UploadNotFoundError


@dataclass(frozen=True, kw_only=True)
class UploadDetail:
    """How many bytes of `size` are there; `import_id` is set once the file is complete and could be read."""

    id: UploadId
    source_id: SourceId
    file_name: str
    size: int
    received: int
    import_id: ImportId | None
    expires_at: datetime


class GetUpload(Query[UploadDetail], requires=project_role(Role.PREPARER)):
    """How far an upload of yours is."""

    project_id: ProjectId
    upload_id: UploadId


@GetUpload.handler
def get_upload(query: GetUpload, actor: Actor, clock: Clock) -> UploadDetail:
    found = ResumableUpload.of_person(query.project_id, query.upload_id, actor.user_id)
    if found.expires_at <= clock.now():
        raise UploadNotFoundError(found.file_name)
    return UploadDetail(
        id=query.upload_id,
        source_id=SourceId(found.source_id),
        file_name=found.file_name,
        size=found.size,
        received=found.received,
        import_id=None if found.import_id is None else ImportId(found.import_id),
        expires_at=found.expires_at,
    )
