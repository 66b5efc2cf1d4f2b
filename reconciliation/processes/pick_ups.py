"""Looking into the folders of a project's sources when it is time."""

from dataclasses import field
from datetime import timedelta

from django.conf import settings

from cqrs import Actor, acting_as
from cqrs.processes import Process, on
from projects.events import ProjectArchived, ProjectDeleted, ProjectRestored
from projects.ids import ProjectId
from reconciliation.commands.look_for_files import LookForFiles
from reconciliation.events import FilesSettling, PickUpDue, PickUpSet
from reconciliation.ids import SourceId

ACTOR = Actor.system("pick-up")

OfProject = PickUpSet | PickUpDue | FilesSettling | ProjectArchived | ProjectRestored | ProjectDeleted


def _project(event: OfProject) -> str:
    return f"project:{event.project_id}"


class PickUps(Process, name="reconciliation.pick_ups"):
    """Each folder is looked into at once when it is set, then every so many minutes, and soon again when files of it
    are still being written. An archived project rests.
    """

    minutes: dict[int, int] = field(default_factory=dict)
    archived: bool = False

    @on(PickUpSet, key=_project, starts=True)
    def follow_wish(self, event: PickUpSet) -> None:
        if event.enabled:
            self.minutes[event.source_id] = event.every_minutes
            self._look(event.project_id, event.source_id, timedelta(0))
            return
        self.minutes.pop(event.source_id, None)
        self._rest(event.source_id)
        if not self.minutes:
            self.end()

    @on(PickUpDue, key=_project)
    def plan_the_next(self, event: PickUpDue) -> None:
        if event.source_id in self.minutes and not self.archived:
            self._look(event.project_id, event.source_id, timedelta(minutes=self.minutes[event.source_id]))

    @on(FilesSettling, key=_project)
    def look_soon_again(self, event: FilesSettling) -> None:
        if event.source_id in self.minutes and not self.archived:
            soon = timedelta(seconds=settings.PICK_UP_SETTLE_SECONDS)
            self._send(event.project_id, event.source_id, soon, f"settle:{event.source_id}")

    @on(ProjectArchived, key=_project)
    def rest(self, _event: ProjectArchived) -> None:
        self.archived = True
        for source_id in self.minutes:
            self._rest(source_id)

    @on(ProjectRestored, key=_project)
    def resume(self, event: ProjectRestored) -> None:
        self.archived = False
        for source_id in self.minutes:
            self._look(event.project_id, SourceId(source_id), timedelta(0))

    @on(ProjectDeleted, key=_project)
    def forget(self, _event: ProjectDeleted) -> None:
        self.end()

    def _look(self, project_id: ProjectId, source_id: SourceId, after: timedelta) -> None:
        self._send(project_id, source_id, after, f"look:{source_id}")

    def _send(self, project_id: ProjectId, source_id: SourceId, after: timedelta, timeout: str) -> None:
        with acting_as(ACTOR):
            self.send_after(after, LookForFiles(project_id=project_id, source_id=source_id), timeout=timeout)

    def _rest(self, source_id: int) -> None:
        for timeout in ("look", "settle"):
            self.cancel(f"{timeout}:{source_id}")
