"""What becomes of a run."""

from datetime import date

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import RuleSetId, RunId, SourceId


class RunStarted(Event, version=1):
    project_id: ProjectId
    run_id: RunId
    rule_set_id: RuleSetId
    left_source_id: SourceId | None
    right_source_id: SourceId | None
    cut_off: date | None
    started_by: str

    def stream(self) -> str:
        return f"run:{self.run_id}"


class RunCompleted(Event, version=1):
    """The run's groups are there for everybody, all at once, and the suggestions of earlier runs are not any more.

    `withheld_groups` were found but left out, because people decided on their records while the run computed.
    """

    project_id: ProjectId
    run_id: RunId
    confirmed_groups: int
    suggested_groups: int
    withheld_groups: int

    def stream(self) -> str:
        return f"run:{self.run_id}"


class RunCancelled(Event, version=1):
    """Nothing of the run remains; everything else is as it was."""

    project_id: ProjectId
    run_id: RunId

    def stream(self) -> str:
        return f"run:{self.run_id}"


class RunFailed(Event, version=1):
    """Nothing of the run remains; the reason says what to do."""

    project_id: ProjectId
    run_id: RunId
    reason: str

    def stream(self) -> str:
        return f"run:{self.run_id}"


class RunUndoRequested(Event, version=1):
    """A person wants all of a run taken back that nobody decided on."""

    project_id: ProjectId
    run_id: RunId
    undone_by: str
    reason: str

    def stream(self) -> str:
        return f"run:{self.run_id}"


class RunUndone(Event, version=1):
    """What the run matched is open again, except for the `standing_groups`, which people had decided on."""

    project_id: ProjectId
    run_id: RunId
    taken_back_groups: int
    standing_groups: int
    undone_by: str
    reason: str

    def stream(self) -> str:
        return f"run:{self.run_id}"
