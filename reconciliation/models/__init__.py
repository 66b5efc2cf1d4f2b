from reconciliation.models.activity_row import ActivityRow
from reconciliation.models.adjustment import Adjustment, AdjustmentKind
from reconciliation.models.automatic_runs import AutomaticRuns
from reconciliation.models.database_connection import ConnectionNotFoundError, DatabaseConnection
from reconciliation.models.duplicate_decision import DuplicateDecision
from reconciliation.models.extraction import Extraction, ExtractionNotFoundError, ExtractionStatus
from reconciliation.models.id_block import IdBlock
from reconciliation.models.imports import (
    Import,
    ImportKind,
    ImportNotFoundError,
    ImportNotPendingError,
    ImportStatus,
)
from reconciliation.models.match_group import GroupOrigin, GroupStatus, MatchGroup
from reconciliation.models.match_leg import MatchLeg
from reconciliation.models.never_pair import NeverPair, RefusalKind
from reconciliation.models.pick_up import PickUp, PickUpNotFoundError, WhenDone
from reconciliation.models.picked_file import PickedFile, PickedStatus
from reconciliation.models.quality_rules import QualityRules
from reconciliation.models.record import Record
from reconciliation.models.refused_group import RefusedGroup, RefusedLeg
from reconciliation.models.rejected_line import RejectedLineRow
from reconciliation.models.resumable_upload import ResumableUpload, UploadNotFoundError
from reconciliation.models.retired_record import RetiredRecord
from reconciliation.models.rule_set_version import RuleSetVersion
from reconciliation.models.run import ACTIVE, BUSY, Run, RunStatus
from reconciliation.models.simulation import Simulation, SimulationNotFoundError, SimulationStatus
from reconciliation.models.source import Source, SourceNotFoundError
from reconciliation.models.source_mapping import SourceMapping
from reconciliation.models.tally import Tally

__all__ = [
    "ACTIVE",
    "BUSY",
    "ActivityRow",
    "Adjustment",
    "AdjustmentKind",
    "AutomaticRuns",
    "ConnectionNotFoundError",
    "DatabaseConnection",
    "DuplicateDecision",
    "Extraction",
    "ExtractionNotFoundError",
    "ExtractionStatus",
    "GroupOrigin",
    "GroupStatus",
    "IdBlock",
    "Import",
    "ImportKind",
    "ImportNotFoundError",
    "ImportNotPendingError",
    "ImportStatus",
    "MatchGroup",
    "MatchLeg",
    "NeverPair",
    "PickUp",
    "PickUpNotFoundError",
    "PickedFile",
    "PickedStatus",
    "QualityRules",
    "Record",
    "RefusalKind",
    "RefusedGroup",
    "RefusedLeg",
    "RejectedLineRow",
    "ResumableUpload",
    "RetiredRecord",
    "RuleSetVersion",
    "Run",
    "RunStatus",
    "Simulation",
    "SimulationNotFoundError",
    "SimulationStatus",
    "Source",
    "SourceMapping",
    "SourceNotFoundError",
    "Tally",
    "UploadNotFoundError",
    "WhenDone",
]
