"""How many records stand where: what moves is counted once, what is shown is added up from few rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs

from reconciliation.models.record import Record
from reconciliation.models.tally import Tally

HALF = 32
KEY = ("source_id", "currency", "scale")
SUMS = ("count", "amount_upper", "amount_lower", "gross_upper", "gross_lower")
_GROUPED = (Tally.State.CONFIRMED, Tally.State.SUGGESTED)

# The key's values, then the sums.
Counted = tuple[Any, ...]


class Standpoint(StrEnum):
    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    OPEN = "open"


@dataclass(frozen=True)
class TallyLine:
    """Of one source, currency and scale; `gross` is the sum of the amounts regardless of their sign."""

    source_id: int
    currency: str
    scale: int
    state: Standpoint
    count: int
    amount: int
    gross: int


def counted(records: QuerySet[Record]) -> list[Counted]:
    """The records by source, currency and scale."""
    sums = {"count": Count("id")} | _halves("amount", F("amount")) | _halves("gross", Abs("amount"))
    rows = records.order_by().values_list(*KEY).annotate(**sums)
    return [(*row[:3], *(int(value or 0) for value in row[3:])) for row in rows.values_list(*KEY, *SUMS)]


def move(project_id: int, record_ids: Iterable[int], *, gone: Tally.State | None, come: Tally.State | None) -> None:
    """These records are in one state no more, or in another from now on; None is open."""
    lines = counted(Record.objects.filter(id__in=list(record_ids)))
    for state, sign in ((gone, -1), (come, 1)):
        if state is not None:
            add(project_id, state, lines, sign)


def add(project_id: int, state: Tally.State, lines: Sequence[Counted], sign: int = 1) -> None:
    Tally.objects.bulk_create(
        Tally(
            project_id=project_id,
            state=state,
            **dict(zip(KEY, line[:3], strict=True)),
            **{name: sign * value for name, value in zip(SUMS, line[3:], strict=True)},
        )
        for line in lines
    )


def fold(project_id: int, confirmed: Sequence[Counted], suggested: Sequence[Counted]) -> None:
    """A run is published: its confirmed records join those before, its suggestions replace those before.

    Nobody decides meanwhile, so that nothing is added between the reading and the deleting.
    """
    kept = _added_up(project_id, state=Tally.State.CONFIRMED)
    Tally.objects.filter(project_id=project_id, state__in=_GROUPED).delete()
    add(project_id, Tally.State.CONFIRMED, [row[1:] for row in kept])
    add(project_id, Tally.State.CONFIRMED, confirmed)
    add(project_id, Tally.State.SUGGESTED, suggested)


def tallies(project_id: int) -> Iterator[TallyLine]:
    """Where the project's records stand (I3), in one statement; what is in no group is open."""
    by_key: dict[Counted, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * len(SUMS)))
    for state, *rest in _added_up(project_id):
        by_key[tuple(rest[:3])][state] = rest[3:]
    for key, states in by_key.items():
        grouped = [states[state] for state in _GROUPED]
        open_ = [whole - sum(parts) for whole, *parts in zip(states[Tally.State.TOTAL], *grouped, strict=True)]
        for state, sums in zip(Standpoint, (*grouped, open_), strict=True):
            yield _line(key, state, sums)


def _line(key: Counted, state: Standpoint, sums: Sequence[int]) -> TallyLine:
    source_id, currency, scale = key
    count, upper, lower, gross_upper, gross_lower = sums
    return TallyLine(source_id, currency, scale, state, count, _whole(upper, lower), _whole(gross_upper, gross_lower))


def _added_up(project_id: int, **condition: object) -> list[Counted]:
    rows = Tally.objects.filter(project_id=project_id, **condition).order_by()
    sums = {f"sum_{name}": Sum(name) for name in SUMS}
    found = rows.values_list("state", *KEY).annotate(**sums).values_list("state", *KEY, *sums)
    return [(*row[:4], *(int(value) for value in row[4:])) for row in found]


def _halves(name: str, amount: Combinable) -> dict[str, Sum]:
    return {
        f"{name}_upper": Sum(amount.bitrightshift(HALF)),
        f"{name}_lower": Sum(amount.bitand(2**HALF - 1)),
    }


def _whole(upper: int, lower: int) -> int:
    return (upper << HALF) + lower
