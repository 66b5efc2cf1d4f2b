from cqrs import Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import PickUpDue
from reconciliation.ids import SourceId
from reconciliation.models import PickUp


class LookForFiles(Command[None], requires=project_role(Role.PREPARER)):
    """Look into the source's folder now, in the background, instead of when it is due."""

    project_id: ProjectId
    source_id: SourceId


@LookForFiles.handler
def look_for_files(command: LookForFiles) -> None:
    PickUp.in_project(command.project_id, command.source_id)
    event_bus.publish(PickUpDue(project_id=command.project_id, source_id=command.source_id))
