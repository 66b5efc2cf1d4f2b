from cqrs import Command, event_bus, system_only
from projects.ids import ProjectId
from reconciliation.events import ReminderWithdrawn
from reconciliation.models import AutomaticRuns


class WithdrawReminder(Command[None], requires=system_only):
    """The side that was missing has arrived, or nobody waits for it any more."""

    project_id: ProjectId


@WithdrawReminder.handler
def withdraw_reminder(command: WithdrawReminder) -> None:
    reminded = AutomaticRuns.objects.filter(project_id=command.project_id).exclude(missing_side="")
    if reminded.update(missing_side="", waiting_since=None):
        event_bus.publish(ReminderWithdrawn(project_id=command.project_id))
