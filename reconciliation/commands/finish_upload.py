from cqrs import Actor, Command
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId, UploadId
from reconciliation.models import ResumableUpload


class FinishUpload(Command[None], requires=project_role(Role.PREPARER)):
    """Note which import the file became; its parts are needed no longer."""

    project_id: ProjectId
    upload_id: UploadId
    import_id: ImportId


@FinishUpload.handler
def finish_upload(command: FinishUpload, actor: Actor) -> None:
    upload = ResumableUpload.of_person(command.project_id, command.upload_id, actor.user_id)
    upload.import_id = command.import_id
    upload.save(update_fields=["import_id"])
