"""Records that confirmed groups use in part: how much of each, and what is left open of it (I1)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from reconciliation.ids import GroupId
from reconciliation.models.match_leg import MatchLeg
from reconciliation.models.record import Record
from reconciliation.models.tallies import HALF, Counted, add, move
from reconciliation.models.tally import Tally
from reconciliation.money import exact_sum, to_decimal


@dataclass(frozen=True)
class Part:
    """What one group uses of a record, in the record's own currency and sign."""

    group_id: GroupId
    amount: Decimal


def parts_of(project_id: int, record_ids: Iterable[int]) -> dict[int, list[Part]]:
    """What confirmed groups use of these records, for those of which any uses a part."""
    found: dict[int, list[Part]] = defaultdict(list)
    legs = allocated_legs(project_id).filter(record_id__in=list(record_ids)).order_by("record_id", "group_id")
    for record_id, group_id, allocated, scale in legs.values_list("record_id", "group_id", "allocated", "scale"):
        found[record_id].append(Part(GroupId(group_id), to_decimal(allocated or 0, scale)))
    return dict(found)


def allocated_legs(project_id: int) -> "QuerySet[MatchLeg]":
    """The confirmed legs that use a part of a record."""
    return MatchLeg.objects.of_project(project_id).filter(confirmed=True, allocated__isnull=False)


def open_amount(record: Record, parts: Iterable[Part]) -> Decimal | None:
    """What these groups leave of the record's amount."""
    if record.money is None:
        return None
    return exact_sum((record.money, *(part.amount.copy_negate() for part in parts)))


def counted_parts(legs: Iterable[tuple[int, int, int, bool]]) -> Iterator[Counted]:
    """Legs by record, allocated amount, scale and whether the record itself counts, as the tallies count them."""
    listed = list(legs)
    keys = Record.objects.in_bulk([record_id for record_id, *_ in listed])
    for record_id, allocated, scale, counts in listed:
        record = keys[record_id]
        halves = [half for value in (allocated, abs(allocated)) for half in (value >> HALF, value & (2**HALF - 1))]
        yield (record.source_id, record.currency, scale, int(counts), *halves)


def move_legs(project_id: int, legs: Sequence[MatchLeg], *, gone: Tally.State | None, come: Tally.State | None) -> None:
    """The records of these legs are in one state no more, or in another from now on, as far as the legs use them.

    A record that confirmed groups use in part counts as open until one of them uses it up.
    """
    move(project_id, [leg.record_id for leg in legs if leg.allocated is None], gone=gone, come=come)
    parts = [(leg, leg.allocated) for leg in legs if leg.allocated is not None]
    for state, sign in ((gone, -1), (come, 1)):
        if state is not None and parts:
            counts = state == Tally.State.SUGGESTED
            lines = [(leg.record_id, allocated, leg.scale, counts or leg.closes) for leg, allocated in parts]
            add(project_id, state, list(counted_parts(lines)), sign)


def open_again(project_id: int, record_ids: Iterable[int]) -> None:
    """A group that used a part of these records comes undone: no other that is left uses them up."""
    legs = allocated_legs(project_id).filter(record_id__in=list(record_ids), closes=True)
    reopened = [(leg.record_id, 0, leg.scale, True) for leg in legs]
    add(project_id, Tally.State.CONFIRMED, list(counted_parts(reopened)), -1)
    MatchLeg.objects.filter(confirmed=True, closes=True, record_id__in=[row[0] for row in reopened]).update(
        closes=False
    )
