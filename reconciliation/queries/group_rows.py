"""A match group as lists and its own page show it: four statements for a page, however many groups it has."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reconciliation.ids import GroupId, RunId, Side
from reconciliation.models import Adjustment, MatchGroup, MatchLeg, Record
from reconciliation.models.rates import Rate, rate_of
from reconciliation.money import to_decimal
from reconciliation.queries.rows import RecordRow, record_row

SCORE_SCALE = 4


@dataclass(frozen=True, kw_only=True)
class LegRow:
    """`amount` is what the group uses of the record, in its currency and after the rule set's sign convention.

    `allocated` is that in the record's own currency and sign, where the group uses a part of it.
    """

    record: RecordRow
    amount: Decimal
    allocated: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class AdjustmentRow:
    kind: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """`difference` is sum(left) - sum(right) of the legs alone; `score` is a share from 0 to 1. `review` says why a
    confirmed group has to be looked at again, and is empty where nothing asks for that.
    """

    id: GroupId
    status: str
    origin: str
    pass_name: str
    score: Decimal
    currency: str
    difference: Decimal
    left: tuple[LegRow, ...]
    right: tuple[LegRow, ...]
    adjustments: tuple[AdjustmentRow, ...]
    reasons: tuple[str, ...]
    alternatives: tuple[Any, ...]
    version: int
    run_id: RunId | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    rate: Rate | None = None
    review: str = ""


def group_rows(groups: Sequence[MatchGroup], today: date) -> tuple[GroupRow, ...]:
    group_ids = [group.id for group in groups]
    legs = _legs(group_ids, today)
    adjustments = defaultdict(list)
    for line in Adjustment.objects.filter(group_id__in=group_ids).order_by("id"):
        adjustments[line.group_id].append(AdjustmentRow(kind=line.kind, amount=line.money, reason=line.reason))
    return tuple(_row(group, legs, tuple(adjustments[group.id])) for group in groups)


def _legs(group_ids: Sequence[int], today: date) -> dict[tuple[int, str], list[LegRow]]:
    legs = list(MatchLeg.objects.filter(group_id__in=group_ids).order_by("group_id", "record_id"))
    records = Record.objects.in_bulk([leg.record_id for leg in legs])
    rows = defaultdict(list)
    for leg in legs:
        record = record_row(records[leg.record_id], Side(leg.side), today)
        allocated = None if leg.allocated is None else to_decimal(leg.allocated, leg.scale)
        row = LegRow(record=record, amount=to_decimal(leg.amount, leg.scale), allocated=allocated)
        rows[leg.group_id, leg.side].append(row)
    return rows


def _row(
    group: MatchGroup, legs: dict[tuple[int, str], list[LegRow]], adjustments: tuple[AdjustmentRow, ...]
) -> GroupRow:
    return GroupRow(
        id=GroupId(group.id),
        status=group.status,
        origin=group.origin,
        pass_name=group.pass_name,
        score=to_decimal(group.score, SCORE_SCALE),
        currency=group.currency,
        difference=group.net,
        left=tuple(legs.get((group.id, Side.LEFT), ())),
        right=tuple(legs.get((group.id, Side.RIGHT), ())),
        adjustments=adjustments,
        reasons=tuple(json.loads(group.reasons)),
        alternatives=tuple(json.loads(group.alternatives or "[]")),
        version=group.version,
        run_id=None if group.run_id is None else RunId(group.run_id),
        decided_by=group.decided_by_name,
        decided_at=group.decided_at,
        reason=group.reason,
        review=group.review,
        rate=rate_of(group),
    )
