"""What both explanations tell of two records: each rule of a pass with both values."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.engine import PairFinding, RuleFinding
from reconciliation.ids import GroupId, RecordId
from reconciliation.models import MatchGroup, MatchLeg, NeverPair
from reconciliation.models.match_group import GroupStatus
from reconciliation.money import to_decimal

SCORE_SCALE = 4


@dataclass(frozen=True, kw_only=True)
class FieldValue:
    field: str
    value: str


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """`text` says how the rule held, or what would have made it true; `score` is its part, a share from 0 to 1."""

    rule: str
    words: str
    left: tuple[FieldValue, ...]
    right: tuple[FieldValue, ...]
    held: bool
    text: str
    score: Decimal
    weight: int


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """What a pass makes of a record of each side, or of what the records of a side add up to."""

    left_record_id: RecordId
    right_record_id: RecordId
    pass_name: str
    score: Decimal
    difference: Decimal
    rules: tuple[RuleRow, ...]


def pair_row(finding: PairFinding) -> PairRow:
    return PairRow(
        left_record_id=RecordId(finding.left),
        right_record_id=RecordId(finding.right),
        pass_name=finding.pass_name,
        score=to_decimal(finding.score, SCORE_SCALE),
        difference=finding.difference,
        rules=tuple(_rule_row(rule) for rule in finding.rules),
    )


def _rule_row(rule: RuleFinding) -> RuleRow:
    left, right = (tuple(FieldValue(field=name, value=text) for name, text in side) for side in (rule.left, rule.right))
    return RuleRow(
        rule=rule.rule,
        words=rule.words,
        left=left,
        right=right,
        held=rule.held,
        text=rule.text,
        score=to_decimal(rule.score, SCORE_SCALE),
        weight=rule.weight,
    )


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The group that has a record now."""

    group_id: GroupId
    confirmed: bool
    run_id: int | None
    pass_name: str
    by_person: bool


def holders(project_id: int, record_ids: Iterable[int]) -> dict[int, Holder]:
    """By record, in two statements."""
    legs = dict(
        MatchLeg.objects.of_project(project_id)
        .filter(record_id__in=list(record_ids))
        .order_by("confirmed")
        .values_list("record_id", "group_id")
    )
    groups = MatchGroup.objects.in_bulk(set(legs.values()))
    return {record_id: _holder(groups[group_id]) for record_id, group_id in legs.items() if group_id in groups}


def _holder(group: MatchGroup) -> Holder:
    return Holder(
        group_id=GroupId(group.id),
        confirmed=group.status == GroupStatus.CONFIRMED,
        run_id=group.run_id,
        pass_name=group.pass_name,
        by_person=group.decided_at is not None,
    )


def refusals(project_id: int, record_id: int) -> dict[int, NeverPair]:
    """By the other record: the pairs with this one that people refused."""
    pairs = NeverPair.objects.filter(project_id=project_id)
    left = {pair.right_record_id: pair for pair in pairs.filter(left_record_id=record_id)}
    return left | {pair.left_record_id: pair for pair in pairs.filter(right_record_id=record_id)}
