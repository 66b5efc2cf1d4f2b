"""How many records stand where, in one statement: two would disagree while a run publishes or a person decides."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Sum, Value, When

from reconciliation.models.match_leg import MatchLeg
from reconciliation.models.record import Record

_HALF = 32


class State(StrEnum):
    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    OPEN = "open"


class TallyLine(NamedTuple):
    source_id: int
    currency: str
    scale: int
    state: State
    count: int
    amount: int


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
            upper=Sum(F("amount").bitrightshift(_HALF)),
            lower=Sum(F("amount").bitand(2**_HALF - 1)),
        )
        .order_by()
    )
    for source_id, currency, scale, found, count, upper, lower in lines:
        amount = (int(upper or 0) << _HALF) + int(lower or 0)
        yield TallyLine(source_id, currency, scale, State(found), count, amount)
