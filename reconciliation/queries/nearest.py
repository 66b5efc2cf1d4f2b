"""What an open item would match with, if one rule were a little wider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projects.ids import ProjectId
from reconciliation import engine
from reconciliation.engine import Nearest, SideInput
from reconciliation.ids import Side
from reconciliation.models import MatchLeg, Record, RuleSetVersion
from reconciliation.money import to_decimal
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.rules import RuleSet
from reconciliation.runs.sides import brought_in
from reconciliation.storage import Storage

SCORE_SCALE = 4
FOR_A_LIST = 8


@dataclass(frozen=True, kw_only=True)
class NearMissRow:
    """The other record, the rule that keeps the two apart, and what would have made it hold."""

    record: RecordRow
    rule: str
    text: str
    score: Decimal


def nearest_rows(
    project_id: ProjectId, side: Side, records: Sequence[Record], storage: Storage, today: date
) -> dict[int, NearMissRow]:
    """By record id, for those that have any among the open items; without a rule set there is nothing to miss."""
    newest = RuleSetVersion.objects.filter(project_id=project_id).order_by("-id").first()
    if newest is None or not records:
        return {}
    found = nearest_of(project_id, side, [record.id for record in records], newest, storage, most=FOR_A_LIST)
    near = {mine: [other for other in others if other.is_near] for mine, others in found.items()}
    ids = {other.other_record_id for others in near.values() for other in others}
    taken = MatchLeg.objects.of_project(project_id).filter(record_id__in=ids, confirmed=True, closes=True)
    open_ids = ids - set(taken.values_list("record_id", flat=True))
    rows = {}
    known = Record.objects.in_bulk(open_ids)
    for mine, others in near.items():
        if first := next((other for other in others if other.other_record_id in known), None):
            rows[mine] = _row(first, known[first.other_record_id], side.other, today)
    return rows


def _row(near: Nearest, other: Record, side: Side, today: date) -> NearMissRow:
    failed = near.finding.failed
    return NearMissRow(
        record=record_row(other, side, today),
        rule=failed[0].rule if failed else "",
        text=failed[0].text if failed else "fits, but so do others, or it was rejected",
        score=to_decimal(near.finding.score, SCORE_SCALE),
    )


def nearest_of(
    project_id: ProjectId,
    side: Side,
    record_ids: Sequence[int],
    rule_set: RuleSetVersion,
    storage: Storage,
    *,
    most: int = engine.MOST_NEAREST,
) -> dict[int, list[Nearest]]:
    """For each of the records those of the other side that come nearest; what was withdrawn since is left out."""
    left, right = (whole_side(project_id, each, storage) for each in Side)
    rules = RuleSet.from_document(rule_set.document)
    found = engine.nearest(left, right, rules, side.value, record_ids, most=most)
    ids = {near.other_record_id for others in found.values() for near in others}
    there = set(Record.objects.published(project_id).filter(id__in=ids).values_list("id", flat=True))
    return {
        record_id: [near for near in found.get(record_id, ()) if near.other_record_id in there]
        for record_id in record_ids
    }


def whole_side(project_id: ProjectId, side: Side, storage: Storage) -> SideInput:
    """Everything on a side, whatever became of it."""
    return SideInput(tuple(snapshot for _, snapshot in brought_in(project_id, side, storage)))
