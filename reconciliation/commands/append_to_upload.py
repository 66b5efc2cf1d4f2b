from dataclasses import dataclass

from cqrs import Actor, Clock, Command, ConflictError
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import UploadId
from reconciliation.models import ResumableUpload, UploadNotFoundError


class OffsetMismatchError(ConflictError):
    """The part does not begin where the last one ended. Ask how far the upload is, and go on from there."""


@dataclass(frozen=True)
class Arrived:
    """How many bytes there are now, and the parts that hold them, in the order of the file."""

    received: int
    keys: tuple[str, ...]


class AppendToUpload(Command[Arrived], requires=project_role(Role.PREPARER)):
    """Count a part in, whose bytes are stored already under `key`; an empty one only asks."""

    project_id: ProjectId
    upload_id: UploadId
    offset: int
    size: int
    key: str


@AppendToUpload.handler
def append_to_upload(command: AppendToUpload, actor: Actor, clock: Clock) -> Arrived:
    ResumableUpload.of_person(command.project_id, command.upload_id, actor.user_id)
    upload = ResumableUpload.objects.select_for_update().get(pk=command.upload_id)
    if upload.expires_at <= clock.now():
        raise UploadNotFoundError(upload.file_name)
    if command.offset != upload.received or upload.received + command.size > upload.size:
        raise OffsetMismatchError(f"{upload.received} of {upload.size} bytes are there.")
    if command.size:
        upload.parts = [*upload.parts, command.key]
        upload.received += command.size
        upload.save(update_fields=["parts", "received"])
    return Arrived(upload.received, tuple(upload.parts))
