"""Everything that happens in a reconciliation, on one page: events have many listeners."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import GroupId, ImportId, RecordId, RuleSetId, RunId, SourceId


class SourceAdded(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    side: str
    name: str

    def stream(self) -> str:
        return f"source:{self.source_id}"


class FileUploaded(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    sha256: str

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportRequested(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId

    def stream(self) -> str:
        return f"import:{self.import_id}"


class FileImported(Event, version=1):
    """The records are there for everybody, all of them at once."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    records: int
    duplicates: int
    rejected: int

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportFailed(Event, version=1):
    """Nothing of the file was imported; the reason says what to do."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    reason: str

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportDiscarded(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    reason: str

    def stream(self) -> str:
        return f"import:{self.import_id}"


class RuleSetPublished(Event, version=1):
    project_id: ProjectId
    rule_set_id: RuleSetId
    name: str
    rule_set_version: int
    note: str
    published_by: str

    def stream(self) -> str:
        return f"rule_set:{self.rule_set_id}"


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


class AutomaticRunsSet(Event, version=1):
    """A reviewer had the project run by itself when both sides have arrived, or stopped that."""

    project_id: ProjectId
    enabled: bool
    remind_after_hours: int


class SideMissing(Event, version=1):
    """One side has waited, since then, for this one longer than agreed."""

    project_id: ProjectId
    side: str
    waiting_since: datetime


class ReminderWithdrawn(Event, version=1):
    """The side that was missing has arrived, or nobody waits for it any more."""

    project_id: ProjectId


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What every decision keeps: which records, how they netted, who decided, when and why.

    An adjustment is its kind, amount and reason. Amounts are in `currency`; `difference` is that of the legs alone.
    """

    project_id: ProjectId
    group_id: GroupId
    left: tuple[RecordId, ...]
    right: tuple[RecordId, ...]
    currency: str
    difference: Decimal
    adjustments: tuple[dict[str, str], ...]
    decided_by: int | None
    decided_by_name: str
    decided_at: datetime
    reason: str

    def stream(self) -> str:
        return f"group:{self.group_id}"


class MatchConfirmed(Decision, Event, version=1):
    """A person accepted what a run suggested.

    `proposed_adjustments` are the run's, where the person gave others in their place.
    """

    run_id: RunId | None
    proposed_adjustments: tuple[dict[str, str], ...] | None = None


class ConfirmationTakenBack(Decision, Event, version=1):
    """Whoever confirmed a suggestion took that back: it awaits a person again, as the run suggested it."""

    run_id: RunId | None
    confirmed_at: datetime | None


class MatchRejected(Decision, Event, version=1):
    """A person refused what a run suggested: none of its pairs is proposed again."""

    run_id: RunId | None


class MatchMade(Decision, Event, version=1):
    """A person put records together; the suggestions that held any of them were withdrawn."""

    withdrawn_group_ids: tuple[GroupId, ...]


class MatchUndone(Decision, Event, version=1):
    """A confirmed group is open again, with its records' ages; none of its pairs is proposed again."""

    run_id: RunId | None
    confirmed_by_name: str
    confirmed_at: datetime | None
