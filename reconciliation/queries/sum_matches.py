from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import GroupId, Side
from reconciliation.models import Adjustment, GroupStatus, MatchGroup, MatchLeg
from reconciliation.money import exact_sum, to_decimal

MOST_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class CurrencySum:
    """Of the matches in one currency: how many, both sides as they count in the matches, and what is booked."""

    currency: str
    matches: int
    left: Decimal
    right: Decimal
    adjustments: Decimal


@dataclass(frozen=True, kw_only=True)
class MatchesSum:
    """`ready` may be confirmed together; `unbalanced` leave a difference, `gone` are no suggestions any more."""

    ready: tuple[GroupId, ...]
    unbalanced: tuple[GroupId, ...]
    gone: tuple[GroupId, ...]
    currencies: tuple[CurrencySum, ...]


class SumMatches(Query[MatchesSum], requires=project_role(Role.VIEWER)):
    """What confirming several suggestions at once would confirm, by currency: asked before it is done."""

    project_id: ProjectId
    group_ids: tuple[GroupId, ...]

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.group_ids:
            yield "group_ids", "Tick the matches to confirm."
        if len(self.group_ids) > MOST_AT_ONCE:
            yield "group_ids", f"At most {MOST_AT_ONCE} matches at once; these are {len(self.group_ids)}."


@SumMatches.handler
def sum_matches(query: SumMatches) -> MatchesSum:
    wanted = sorted(set(query.group_ids))
    suggested = MatchGroup.objects.of_project(query.project_id).filter(id__in=wanted, status=GroupStatus.SUGGESTED)
    groups = {group.id: group for group in suggested}
    booked: dict[int, list[Decimal]] = defaultdict(list)
    for line in Adjustment.objects.filter(group_id__in=groups):
        booked[line.group_id].append(line.money)
    ready = [number for number, group in sorted(groups.items()) if not exact_sum((group.net, *booked[number]))]
    return MatchesSum(
        ready=tuple(map(GroupId, ready)),
        unbalanced=tuple(GroupId(number) for number in groups if number not in set(ready)),
        gone=tuple(GroupId(number) for number in wanted if number not in groups),
        currencies=tuple(_sums([groups[number] for number in ready], booked)),
    )


def _sums(groups: list[MatchGroup], booked: dict[int, list[Decimal]]) -> Iterator[CurrencySum]:
    currency_of = {group.id: group.currency for group in groups}
    amounts: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    legs = MatchLeg.objects.filter(group_id__in=currency_of)
    for group_id, side, amount, scale in legs.values_list("group_id", "side", "amount", "scale"):
        amounts[currency_of[group_id], side].append(to_decimal(amount, scale))
    for currency in sorted(set(currency_of.values())):
        mine = [number for number, of in currency_of.items() if of == currency]
        yield CurrencySum(
            currency=currency,
            matches=len(mine),
            left=exact_sum(amounts[currency, Side.LEFT]),
            right=exact_sum(amounts[currency, Side.RIGHT]),
            adjustments=exact_sum(line for number in mine for line in booked[number]),
        )
