"""The names by which messages point at things, and the two sides of a comparison."""

from enum import StrEnum
from typing import NewType

SourceId = NewType("SourceId", int)
ImportId = NewType("ImportId", int)
RecordId = NewType("RecordId", int)
RejectedLineId = NewType("RejectedLineId", int)
RuleSetId = NewType("RuleSetId", int)
RunId = NewType("RunId", int)
GroupId = NewType("GroupId", int)
SimulationId = NewType("SimulationId", int)
UploadId = NewType("UploadId", int)
ConnectionId = NewType("ConnectionId", int)
ExtractionId = NewType("ExtractionId", int)


class Side(StrEnum):
    """A run compares what the left side says with what the right side says."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        return Side.RIGHT if self is Side.LEFT else Side.LEFT
