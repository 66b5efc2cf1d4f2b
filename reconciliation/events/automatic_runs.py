"""When a project runs by itself, and what it waits for."""

from datetime import datetime

from cqrs import Event
from projects.ids import ProjectId


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
