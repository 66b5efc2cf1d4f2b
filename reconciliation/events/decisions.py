"""What people decided about groups of records."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import GroupId, RecordId, RunId


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


class RecordsKeptApart(Event, version=1):
    """A person said that none of the left records belongs to any of the right ones."""

    project_id: ProjectId
    left: tuple[RecordId, ...]
    right: tuple[RecordId, ...]
    decided_by: int | None
    decided_by_name: str
    decided_at: datetime
    reason: str

    def stream(self) -> str:
        return f"project:{self.project_id}"
