"""What a decision's event tells: enough to know later what was decided, though the rows are gone (I10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from cqrs import Actor
from projects.ids import ProjectId
from reconciliation.decisions.groups import LockedGroup
from reconciliation.ids import GroupId, RecordId, Side
from reconciliation.models import Adjustment


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Who decides, when and why."""

    project_id: ProjectId
    actor: Actor
    at: datetime
    reason: str


class Facts(TypedDict):
    """The fields that all events of decisions share."""

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


def facts(locked: LockedGroup, verdict: Verdict) -> Facts:
    return Facts(
        project_id=verdict.project_id,
        group_id=locked.id,
        left=locked.record_ids(Side.LEFT),
        right=locked.record_ids(Side.RIGHT),
        currency=locked.group.currency,
        difference=locked.group.net,
        adjustments=described(locked.adjustments),
        decided_by=verdict.actor.user_id,
        decided_by_name=verdict.actor.name,
        decided_at=verdict.at,
        reason=verdict.reason,
    )


def described(adjustments: Iterable[Adjustment]) -> tuple[dict[str, str], ...]:
    return tuple({"kind": line.kind, "amount": str(line.money), "reason": line.reason} for line in adjustments)
