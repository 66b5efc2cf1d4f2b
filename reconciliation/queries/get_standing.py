from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import get_args

from cqrs import Cache, Invalidation, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import (
    ConfirmationTakenBack,
    DuplicateDecided,
    FileImported,
    ImportReinstated,
    ImportWithdrawn,
    LineRepaired,
    MatchConfirmed,
    MatchMade,
    MatchRejected,
    MatchUndone,
    RunCompleted,
    RunUndone,
)
from reconciliation.ids import Side, SourceId
from reconciliation.models import Source
from reconciliation.models.tallies import Standpoint, tallies
from reconciliation.money import exact_sum, to_decimal


@dataclass(frozen=True, kw_only=True)
class Tally:
    count: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(count=self.count + other.count, amount=exact_sum((self.amount, other.amount)))


@dataclass(frozen=True, kw_only=True)
class StandingRow:
    """I3: confirmed + suggested + open + excluded = total, by count and by amount.

    `excluded` is what a person set aside; nothing can be set aside yet.
    """

    source_id: SourceId
    source_name: str
    side: Side
    currency: str
    confirmed: Tally
    suggested: Tally
    open: Tally
    excluded: Tally
    total: Tally


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`match_rate` is the share of all records that is in confirmed groups, from 0 to 1, never rounded up."""

    rows: tuple[StandingRow, ...]
    match_rate: Decimal


Moving = (
    FileImported
    | RunCompleted
    | RunUndone
    | MatchConfirmed
    | ConfirmationTakenBack
    | MatchRejected
    | MatchMade
    | MatchUndone
    | DuplicateDecided
    | ImportReinstated
    | ImportWithdrawn
    | LineRepaired
)


def _project(event: Moving) -> str:
    return str(event.project_id)


class GetStanding(
    Query[Standing],
    requires=project_role(Role.VIEWER),
    cache=Cache(
        seconds=300,
        same_for_all=True,
        key=lambda query, _actor: str(query.project_id),
        invalidated_by=tuple(Invalidation(event, _project) for event in get_args(Moving)),
    ),
):
    """Where every record of the project stands, for each source and currency."""

    project_id: ProjectId


@GetStanding.handler
def get_standing(query: GetStanding) -> Standing:
    sources = {source.pk: source for source in Source.objects.filter(project_id=query.project_id)}
    found: dict[tuple[int, str], dict[Standpoint, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for line in tallies(query.project_id):
        amount = to_decimal(line.amount, line.scale)
        found[line.source_id, line.currency][line.state] += Tally(count=line.count, amount=amount)

    rows = [_row(sources[source_id], currency, states) for (source_id, currency), states in found.items()]
    rows.sort(key=lambda row: (row.side, row.source_name, row.currency))
    confirmed, total = sum(row.confirmed.count for row in rows), sum(row.total.count for row in rows)
    return Standing(rows=tuple(rows), match_rate=match_rate(confirmed, total) or Decimal(0))


def _row(source: Source, currency: str, states: dict[Standpoint, Tally]) -> StandingRow:
    return StandingRow(
        source_id=SourceId(source.pk),
        source_name=source.name,
        side=Side(source.side),
        currency=currency,
        confirmed=states[Standpoint.CONFIRMED],
        suggested=states[Standpoint.SUGGESTED],
        open=states[Standpoint.OPEN],
        excluded=Tally(),
        total=sum(states.values(), Tally()),
    )


def match_rate(confirmed: int, total: int) -> Decimal | None:
    """None while there is no record."""
    return (Decimal(confirmed) / total).quantize(Decimal("0.0001"), ROUND_DOWN) if total else None
