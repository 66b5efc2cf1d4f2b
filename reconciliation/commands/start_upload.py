from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import UploadStarted
from reconciliation.ids import SourceId, UploadId
from reconciliation.models import ResumableUpload, Source
from reconciliation.receiving import Gate

LONGEST_NAME = 255


class StartUpload(Command[UploadId], requires=project_role(Role.PREPARER)):
    """Announce a file of `size` bytes that arrives in parts, each of which may be sent again after a break."""

    project_id: ProjectId
    source_id: SourceId
    file_name: str
    size: int

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 0 < len(self.file_name.strip()) <= LONGEST_NAME:
            yield "file_name", f"A name of at most {LONGEST_NAME} characters."
        if not 0 < self.size < 2**63:
            yield "size", "The file's size in bytes, at least 1."


@StartUpload.handler
def start_upload(command: StartUpload, actor: Actor, clock: Clock, gate: Gate) -> UploadId:
    source = Source.in_project(command.project_id, command.source_id)
    gate.refuse_size(command.size, command.file_name)
    now = clock.now()
    upload = ResumableUpload.objects.create(
        project_id=command.project_id,
        source=source,
        file_name=command.file_name.strip(),
        size=command.size,
        uploaded_by=actor.user_id,
        created_at=now,
        expires_at=now + timedelta(hours=settings.UPLOAD_RETENTION_HOURS),
    )
    upload_id = UploadId(upload.pk)
    event_bus.publish(
        UploadStarted(
            project_id=command.project_id,
            source_id=command.source_id,
            upload_id=upload_id,
            file_name=upload.file_name,
            size=command.size,
        )
    )
    return upload_id
