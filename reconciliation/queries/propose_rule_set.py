from dataclasses import dataclass
from typing import Any

from cqrs import DomainError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation import engine
from reconciliation.ids import Side
from reconciliation.runs.sides import side_input
from reconciliation.storage import Storage


class NothingToLookAtError(DomainError):
    """Rules are proposed from what both sides look like: import a file on each of them first."""


@dataclass(frozen=True, kw_only=True)
class RuleEvidenceRow:
    """One decision of the proposal and what speaks for it; `confidence` is percent."""

    decision: str
    choice: str
    because: str
    confidence: int


@dataclass(frozen=True, kw_only=True)
class RuleSetProposal:
    document: dict[str, Any]
    evidence: tuple[RuleEvidenceRow, ...]


class ProposeRuleSet(Query[RuleSetProposal], requires=project_role(Role.VIEWER)):
    """Rules that would suit the project's open items, with the evidence for each of them. Nothing is published."""

    project_id: ProjectId


@ProposeRuleSet.handler
def propose_rule_set(query: ProposeRuleSet, storage: Storage) -> RuleSetProposal:
    left, right = (side_input(query.project_id, side, storage) for side in (Side.LEFT, Side.RIGHT))
    if not left.snapshots or not right.snapshots:
        raise NothingToLookAtError
    proposal = engine.propose_rules(left, right)
    return RuleSetProposal(
        document=proposal.rules.to_document(),
        evidence=tuple(
            RuleEvidenceRow(decision=why.decision, choice=why.choice, because=why.because, confidence=why.confidence)
            for why in proposal.evidence
        ),
    )
