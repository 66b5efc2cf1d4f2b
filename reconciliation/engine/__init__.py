"""Matches two sides by a rule set: Parquet snapshots in, groups out. Knows no Django."""

from reconciliation.engine.allowance import Engine
from reconciliation.engine.errors import (
    AmountOutOfRangeError,
    Cancelled,
    EngineUnavailableError,
    TooManyCandidatesError,
    UnbalancedGroupError,
    UnknownFieldError,
)
from reconciliation.engine.explaining import Explained, Rival, explain
from reconciliation.engine.findings import PairFinding, RuleFinding
from reconciliation.engine.inputs import SideInput, Snapshot
from reconciliation.engine.keys import with_keys
from reconciliation.engine.matching import match
from reconciliation.engine.nearest import MOST as MOST_NEAREST
from reconciliation.engine.nearest import Nearest, nearest
from reconciliation.engine.outcome import Outcome
from reconciliation.engine.proposing import Evidence, Proposal, propose_rules

__all__ = [
    "MOST_NEAREST",
    "AmountOutOfRangeError",
    "Cancelled",
    "Engine",
    "EngineUnavailableError",
    "Evidence",
    "Explained",
    "Nearest",
    "Outcome",
    "PairFinding",
    "Proposal",
    "Rival",
    "RuleFinding",
    "SideInput",
    "Snapshot",
    "TooManyCandidatesError",
    "UnbalancedGroupError",
    "UnknownFieldError",
    "explain",
    "match",
    "nearest",
    "propose_rules",
    "with_keys",
]
