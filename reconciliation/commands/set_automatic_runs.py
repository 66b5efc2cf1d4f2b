from collections.abc import Iterator

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import AutomaticRunsSet
from reconciliation.models import AutomaticRuns
from reconciliation.models.automatic_runs import DEFAULT_HOURS, MOST_HOURS


class SetAutomaticRuns(Command[None], requires=project_role(Role.REVIEWER)):
    """Have the project run by itself as soon as both sides have arrived since the last run, or stop that.

    Where only one side has arrived for `remind_after_hours`, members are reminded of the other.
    """

    project_id: ProjectId
    enabled: bool
    remind_after_hours: int = DEFAULT_HOURS

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 1 <= self.remind_after_hours <= MOST_HOURS:
            yield "remind_after_hours", f"Between 1 and {MOST_HOURS} hours."


@SetAutomaticRuns.handler
def set_automatic_runs(command: SetAutomaticRuns, actor: Actor, clock: Clock) -> None:
    AutomaticRuns.objects.update_or_create(
        project_id=command.project_id,
        defaults={
            "enabled": command.enabled,
            "remind_after_hours": command.remind_after_hours,
            "set_by_name": actor.name,
            "set_at": clock.now(),
            "missing_side": "",
            "waiting_since": None,
        },
    )
    event_bus.publish(
        AutomaticRunsSet(
            project_id=command.project_id, enabled=command.enabled, remind_after_hours=command.remind_after_hours
        )
    )
