from cqrs import Actor, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import UploadAbandoned
from reconciliation.ids import UploadId
from reconciliation.models import ResumableUpload


class AbandonUpload(Command[tuple[str, ...]], requires=project_role(Role.PREPARER)):
    """Forget an upload. Answers the keys of its parts, for whoever removes them from the storage."""

    project_id: ProjectId
    upload_id: UploadId


@AbandonUpload.handler
def abandon_upload(command: AbandonUpload, actor: Actor) -> tuple[str, ...]:
    upload = ResumableUpload.of_person(command.project_id, command.upload_id, actor.user_id)
    parts = tuple(upload.parts)
    upload.delete()
    event_bus.publish(UploadAbandoned(project_id=command.project_id, upload_id=command.upload_id))
    return parts
