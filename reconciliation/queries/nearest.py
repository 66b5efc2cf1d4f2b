"""What an open item would match with, if one rule were a little wider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projects.ids import ProjectId
from reconciliation import engine
from reconciliation.ids import Side
from reconciliation.models import Record, RuleSetVersion
from reconciliation.money import to_decimal
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.rules import RuleSet
from reconciliation.runs.sides import side_input
from reconciliation.storage import Storage

SCORE_SCALE = 4


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
    """By record id, for those that have any; without a rule set there is nothing to miss."""
    newest = RuleSetVersion.objects.filter(project_id=project_id).order_by("-id").first()
    left, right = (side_input(project_id, which, storage) for which in (Side.LEFT, Side.RIGHT))
    if newest is None or not records or not left.snapshots or not right.snapshots:
        return {}
    rules = RuleSet.from_document(newest.document)
    misses = engine.nearest_misses(left, right, rules, side.value, [record.id for record in records])
    others = Record.objects.in_bulk([miss.other_record_id for miss in misses.values()])
    return {
        record_id: NearMissRow(
            record=record_row(others[miss.other_record_id], side.other, today),
            rule=miss.rule,
            text=miss.text,
            score=to_decimal(miss.score, SCORE_SCALE),
        )
        for record_id, miss in misses.items()
    }
