from datetime import datetime

from cqrs import Command, event_bus, system_only
from projects.ids import ProjectId
from reconciliation.events import SideMissing
from reconciliation.ids import Side
from reconciliation.models import AutomaticRuns


class RemindOfMissingSide(Command[None], requires=system_only):
    """Tell the members that one side has waited for the other longer than agreed."""

    project_id: ProjectId
    side: Side
    waiting_since: datetime


@RemindOfMissingSide.handler
def remind_of_missing_side(command: RemindOfMissingSide) -> None:
    wanted = AutomaticRuns.objects.filter(project_id=command.project_id, enabled=True)
    if wanted.update(missing_side=command.side, waiting_since=command.waiting_since):
        event_bus.publish(
            SideMissing(project_id=command.project_id, side=command.side, waiting_since=command.waiting_since)
        )
