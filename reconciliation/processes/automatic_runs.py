"""Running as soon as both sides have arrived."""

import logging
from dataclasses import field
from datetime import timedelta

from cqrs import Actor, Clock, acting_as, command_bus, services
from cqrs.processes import Process, on
from projects.events import ProjectArchived, ProjectDeleted, ProjectRestored
from projects.ids import ProjectId
from reconciliation.commands.remind_of_missing_side import RemindOfMissingSide
from reconciliation.commands.start_run import NothingToMatchError, RuleSetNotFoundError, RunActiveError, StartRun
from reconciliation.commands.withdraw_reminder import WithdrawReminder
from reconciliation.events import (
    AutomaticRunsSet,
    FileImported,
    RuleSetPublished,
    RunCancelled,
    RunCompleted,
    RunFailed,
    RunStarted,
)
from reconciliation.ids import Side
from reconciliation.models import Source
from reconciliation.models.automatic_runs import DEFAULT_HOURS

log = logging.getLogger(__name__)

ACTOR = Actor.system("automatic runs")

OfProject = (
    AutomaticRunsSet
    | FileImported
    | RuleSetPublished
    | RunStarted
    | RunCompleted
    | RunCancelled
    | RunFailed
    | ProjectArchived
    | ProjectRestored
    | ProjectDeleted
)


def _project(event: OfProject) -> str:
    return f"project:{event.project_id}"


class RunWhenBothSidesArrived(Process, name="reconciliation.automatic_runs"):
    """As soon as files of both sides have arrived since the last run, run; if one side waits too long, remind.

    A run covers what was imported before it, whoever started it. One that failed or was cancelled is not repeated
    before something new arrives.
    """

    arrived: set[Side] = field(default_factory=set)
    remind_after_hours: int = DEFAULT_HOURS
    archived: bool = False

    @on(AutomaticRunsSet, key=_project, starts=True)
    def follow_wish(self, event: AutomaticRunsSet) -> None:
        self.remind_after_hours = event.remind_after_hours
        self.cancel("reminder")
        if event.enabled:
            self._go_on(event.project_id)
        else:
            self.end()

    @on(FileImported, key=_project)
    def note_arrival(self, event: FileImported) -> None:
        self.arrived.add(Side(Source.objects.get(pk=event.source_id).side))
        self._go_on(event.project_id)

    @on(RunStarted, key=_project)
    def begin_anew(self, event: RunStarted) -> None:
        self.arrived.clear()
        self._stop_waiting(event.project_id)

    @on(RuleSetPublished, key=_project)
    @on(RunCompleted, key=_project)
    @on(RunCancelled, key=_project)
    @on(RunFailed, key=_project)
    def try_again(self, event: RuleSetPublished | RunCompleted | RunCancelled | RunFailed) -> None:
        self._go_on(event.project_id)

    @on(ProjectArchived, key=_project)
    def rest(self, event: ProjectArchived) -> None:
        self.archived = True
        self._stop_waiting(event.project_id)

    @on(ProjectRestored, key=_project)
    def resume(self, event: ProjectRestored) -> None:
        self.archived = False
        self._go_on(event.project_id)

    @on(ProjectDeleted, key=_project)
    def forget(self, _event: ProjectDeleted) -> None:
        self.end()

    def _go_on(self, project_id: ProjectId) -> None:
        if self.archived or not self.arrived:
            return
        missing = set(Side) - self.arrived
        if missing:
            self._wait_for(project_id, missing.pop())
        else:
            self._stop_waiting(project_id)
            self._run(project_id)

    def _wait_for(self, project_id: ProjectId, side: Side) -> None:
        """From the first file of the side that is there: later ones do not put the reminder off."""
        if "reminder" not in self.timeouts:
            reminder = RemindOfMissingSide(project_id=project_id, side=side, waiting_since=services.get(Clock).now())
            self.send_after(timedelta(hours=self.remind_after_hours), reminder, timeout="reminder")

    def _stop_waiting(self, project_id: ProjectId) -> None:
        self.cancel("reminder")
        command_bus.dispatch(WithdrawReminder(project_id=project_id))

    def _run(self, project_id: ProjectId) -> None:
        """What is refused now is tried again when a run ends, rules are published, or a file arrives."""
        try:
            with acting_as(ACTOR):
                command_bus.dispatch(StartRun(project_id=project_id))
        except (RunActiveError, RuleSetNotFoundError, NothingToMatchError) as refusal:
            log.info("Project %s has both sides, but waits: %s", project_id, refusal)
