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
from reconciliation.engine.learning import FEWEST as FEWEST_TO_LEARN
from reconciliation.engine.learning import MOST_PAIRS as MOST_TO_LEARN_FROM
from reconciliation.engine.learning import LearntPass, LearntRule, learn
from reconciliation.engine.matching import match
from reconciliation.engine.nearest import MOST as MOST_NEAREST
from reconciliation.engine.nearest import Nearest, nearest
from reconciliation.engine.outcome import Outcome
from reconciliation.engine.proposing import Evidence, Proposal, propose_rules

__all__ = [
    "FEWEST_TO_LEARN",
    "MOST_NEAREST",
    "MOST_TO_LEARN_FROM",
    "AmountOutOfRangeError",
    "Cancelled",
    "Engine",
    "EngineUnavailableError",
    "Evidence",
    "Explained",
    "LearntPass",
    "LearntRule",
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
    "learn",
    "match",
    "nearest",
    "propose_rules",
    "with_keys",
]
