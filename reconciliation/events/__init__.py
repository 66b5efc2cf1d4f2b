"""Everything that happens in a reconciliation, a page for each subject: events have many listeners."""

from reconciliation.events.automatic_runs import AutomaticRunsSet, ReminderWithdrawn, SideMissing
from reconciliation.events.corrections import (
    CutOverSet,
    DuplicateDecided,
    FileAmended,
    GroupReviewed,
    ImportReinstated,
    ImportWithdrawn,
    LineRepaired,
    QualityRulesSet,
)
from reconciliation.events.databases import (
    DatabaseConnected,
    DatabaseForgotten,
    ExtractionCompleted,
    ExtractionFailed,
    ExtractionRequested,
)
from reconciliation.events.decisions import (
    ConfirmationTakenBack,
    Decision,
    MatchConfirmed,
    MatchMade,
    MatchRejected,
    MatchUndone,
)
from reconciliation.events.imports import (
    FileImported,
    FileUploaded,
    ImportCancelled,
    ImportCancelRequested,
    ImportDiscarded,
    ImportFailed,
    ImportRequested,
    SourceAdded,
)
from reconciliation.events.pick_ups import (
    FilesSettling,
    PickedFileRefused,
    PickedFileWaits,
    PickUpDue,
    PickUpFailed,
    PickUpSet,
)
from reconciliation.events.rule_sets import RuleSetPublished
from reconciliation.events.runs import (
    RunCancelled,
    RunCompleted,
    RunFailed,
    RunStarted,
    RunUndone,
    RunUndoRequested,
)
from reconciliation.events.simulations import SimulationCompleted, SimulationRequested
from reconciliation.events.uploads import SweepDue, UploadAbandoned, UploadsSwept, UploadStarted

__all__ = [
    "AutomaticRunsSet",
    "ConfirmationTakenBack",
    "CutOverSet",
    "DatabaseConnected",
    "DatabaseForgotten",
    "Decision",
    "DuplicateDecided",
    "ExtractionCompleted",
    "ExtractionFailed",
    "ExtractionRequested",
    "FileAmended",
    "FileImported",
    "FileUploaded",
    "FilesSettling",
    "GroupReviewed",
    "ImportCancelRequested",
    "ImportCancelled",
    "ImportDiscarded",
    "ImportFailed",
    "ImportReinstated",
    "ImportRequested",
    "ImportWithdrawn",
    "LineRepaired",
    "MatchConfirmed",
    "MatchMade",
    "MatchRejected",
    "MatchUndone",
    "PickUpDue",
    "PickUpFailed",
    "PickUpSet",
    "PickedFileRefused",
    "PickedFileWaits",
    "QualityRulesSet",
    "ReminderWithdrawn",
    "RuleSetPublished",
    "RunCancelled",
    "RunCompleted",
    "RunFailed",
    "RunStarted",
    "RunUndoRequested",
    "RunUndone",
    "SideMissing",
    "SimulationCompleted",
    "SimulationRequested",
    "SourceAdded",
    "SweepDue",
    "UploadAbandoned",
    "UploadStarted",
    "UploadsSwept",
]
