from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cqrs import Page, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import GroupId, RecordId, Side
from reconciliation.models import Adjustment, MatchGroup, MatchLeg, Record
from reconciliation.models.parts import Part, parts_of
from reconciliation.models.rates import Rate, rate_of
from reconciliation.money import exact_sum, to_decimal
from reconciliation.queries.result_records import ResultRecord, result_records

LARGEST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class ResultLeg:
    """`rest` is what all groups leave open of the record, with the sign that it has in this one."""

    record: ResultRecord
    amount: Decimal
    rest: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ResultAdjustment:
    kind: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultGroup:
    id: GroupId
    status: str
    pass_name: str
    score: Decimal
    currency: str
    difference: Decimal
    left: tuple[ResultLeg, ...]
    right: tuple[ResultLeg, ...]
    adjustments: tuple[ResultAdjustment, ...]
    rate: Rate | None = None

    @property
    def whole_difference(self) -> Decimal:
        """What the records would leave over if the group used all that is open of them."""
        rests = [leg.rest for leg in self.left] + [leg.rest.copy_negate() for leg in self.right]
        return exact_sum((self.difference, *rests))


class ListResults(Query[Page[ResultGroup]], requires=project_role(Role.VIEWER)):
    """Every group of the project in the order of its id, in pages large enough for an export of millions."""

    project_id: ProjectId
    after: str | None = None
    limit: int = 1_000


@ListResults.handler
def list_results(query: ListResults) -> Page[ResultGroup]:
    limit = min(query.limit, LARGEST_PAGE)
    groups = MatchGroup.objects.of_project(query.project_id).filter(id__gt=int(query.after or 0)).order_by("id")
    found = list(groups[: limit + 1])
    page, more = found[:limit], len(found) > limit
    ids = [group.id for group in page]
    legs, adjustments = _legs(query.project_id, ids), _adjustments(query.project_id, ids)
    return Page(
        items=tuple(_result(group, legs, adjustments.get(group.id, [])) for group in page),
        next=str(ids[-1]) if more else None,
        previous=None,
    )


Legs = dict[tuple[int, str], list[ResultLeg]]


def _legs(project_id: ProjectId, group_ids: list[int]) -> Legs:
    """The legs of each group and side, in the order of their records."""
    if not group_ids:
        return {}
    # The ids of one page are a range; a group of another project in between drops out by its project.
    legs = MatchLeg.objects.filter(project_id=project_id, group_id__range=(group_ids[0], group_ids[-1]))
    records: Mapping[RecordId, ResultRecord] = {
        record.id: record for record in result_records(Record.objects.filter(id__in=legs.values("record_id")))
    }
    in_part = legs.filter(allocated__isnull=False).values_list("record_id", flat=True)
    parts = parts_of(project_id, in_part)
    found: Legs = {}
    for group_id, side, record_id, amount, scale in legs.order_by("group_id", "record_id").values_list(
        "group_id", "side", "record_id", "amount", "scale"
    ):
        record, used = records[RecordId(record_id)], to_decimal(amount, scale)
        rest = _rest(record, used, parts[record_id]) if record_id in parts else Decimal(0)
        found.setdefault((group_id, side), []).append(ResultLeg(record, used, rest))
    return found


def _rest(record: ResultRecord, used: Decimal, parts: Iterable[Part]) -> Decimal:
    rest = exact_sum((record.amount or Decimal(0), *(part.amount.copy_negate() for part in parts)))
    return abs(rest).copy_sign(used)


def _adjustments(project_id: ProjectId, group_ids: list[int]) -> dict[int, list[ResultAdjustment]]:
    if not group_ids:
        return {}
    lines = Adjustment.objects.filter(project_id=project_id, group_id__range=(group_ids[0], group_ids[-1]))
    found: dict[int, list[ResultAdjustment]] = {}
    for line in lines.order_by("id"):
        found.setdefault(line.group_id, []).append(ResultAdjustment(line.kind, line.money, line.reason))
    return found


def _result(group: MatchGroup, legs: Legs, adjustments: Iterable[ResultAdjustment]) -> ResultGroup:
    return ResultGroup(
        id=GroupId(group.id),
        status=group.status,
        pass_name=group.pass_name,
        score=to_decimal(group.score, 4),
        currency=group.currency,
        difference=group.net,
        left=tuple(legs.get((group.id, Side.LEFT.value), ())),
        right=tuple(legs.get((group.id, Side.RIGHT.value), ())),
        adjustments=tuple(adjustments),
        rate=rate_of(group),
    )
