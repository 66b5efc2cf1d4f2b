"""How many records stand where, in one statement: two would disagree while a run publishes or a person decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs

from reconciliation.models.match_leg import MatchLeg
from reconciliation.models.record import Record

_HALF = 32


class State(StrEnum):
    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    OPEN = "open"


@dataclass(frozen=True)
class TallyLine:
    source_id: int
    currency: str
    scale: int
    state: State
    count: int
    amount: int
    """The sum of the amounts."""
    gross: int
    """The sum of the amounts regardless of their sign."""


def tallies(project_id: int) -> Iterator[TallyLine]:
    """Amounts are summed in two halves of 32 bits, so that no sum leaves SQLite's 64 bits, and are exact."""
    legs = MatchLeg.objects.of_project(project_id).filter(record_id=OuterRef("id"))
    state = Case(
        When(Exists(legs.filter(confirmed=True)), then=Value(State.CONFIRMED)),
        When(Exists(legs.filter(confirmed=False)), then=Value(State.SUGGESTED)),
        default=Value(State.OPEN),
        output_field=CharField(),
    )
    lines = (
        Record.objects.published(project_id)
        .annotate(state=state)
        .values_list("source_id", "currency", "scale", "state")
        .annotate(
            count=Count("id"),
            **_halves("amount", F("amount")),
            **_halves("gross", Abs("amount")),
        )
        .order_by()
    )
    for source_id, currency, scale, found, count, *halves in lines:
        amount, gross = _whole(*halves[:2]), _whole(*halves[2:])
        yield TallyLine(source_id, currency, scale, State(found), count, amount, gross)


def _halves(name: str, amount: Combinable) -> dict[str, Sum]:
    return {
        f"{name}_upper": Sum(amount.bitrightshift(_HALF)),
        f"{name}_lower": Sum(amount.bitand(2**_HALF - 1)),
    }


def _whole(upper: int | None, lower: int | None) -> int:
    return (int(upper or 0) << _HALF) + int(lower or 0)
