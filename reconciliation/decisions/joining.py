"""Records that a person puts together, as legs of one group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cqrs import DomainError
from projects.ids import ProjectId
from reconciliation.decisions.balance import fitting
from reconciliation.decisions.groups import LockedGroup, lock_rows
from reconciliation.ids import RecordId, Side
from reconciliation.models import MatchLeg, Record, RuleSetVersion, Source
from reconciliation.models.parts import Part, open_amount
from reconciliation.money import to_integer


class MixedCurrenciesError(DomainError):
    """The records are in different currencies; a match holds one."""


class WrongSideError(DomainError):
    """A record was named on the side to which its source does not belong."""


class AmountMissingError(DomainError):
    """Some of the records have an amount and others have none, so that nothing can be said of their balance."""


@dataclass(frozen=True)
class Joined:
    """Legs at one scale, and what they leave over at that scale.

    `allocated` is what they use of records that other groups use a part of, with the record's own sign.
    """

    currency: str
    scale: int
    amounts: dict[int, int]
    difference: int
    allocated: dict[int, int]


def require_sides(project_id: ProjectId, records: Mapping[int, Record], sides: Mapping[RecordId, Side]) -> None:
    side_of = dict(Source.objects.filter(project_id=project_id).values_list("id", "side"))
    if wrong := [record_id for record_id, side in sides.items() if side_of[records[record_id].source_id] != side]:
        raise WrongSideError(", ".join(map(str, wrong)))


def join(
    records: Iterable[Record],
    sides: Mapping[RecordId, Side],
    parts: Mapping[int, Sequence[Part]],
    *,
    opposite_signs: bool,
) -> Joined:
    """What is left of the amounts, after the project's sign convention. A one-sided group nets to the plain sum."""
    rows = list(records)
    if len(currencies := {record.currency for record in rows}) > 1:
        raise MixedCurrenciesError(", ".join(sorted(currencies)))
    if len({record.amount is None for record in rows}) > 1:
        raise AmountMissingError

    scale = max(record.scale for record in rows)
    scale = max([scale, *(-int(part.amount.as_tuple().exponent) for used in parts.values() for part in used)])
    two_sided = len(set(sides.values())) > 1
    amounts, difference = {}, 0
    for record in rows:
        is_right = sides[RecordId(record.id)] is Side.RIGHT
        amount = to_integer(open_amount(record, parts.get(record.id, ())) or Decimal(0), scale)
        amounts[record.id] = fitting(-amount if is_right and opposite_signs else amount)
        difference += -amounts[record.id] if is_right and two_sided else amounts[record.id]
    own = {
        record_id: -amount if opposite_signs and sides[RecordId(record_id)] is Side.RIGHT else amount
        for record_id, amount in amounts.items()
        if record_id in parts
    }
    return Joined(currencies.pop(), scale, amounts, fitting(difference), own)


def signs_are_opposite(project_id: ProjectId) -> bool:
    """Whether the newest rule set says that the right side shows the same money with the other sign."""
    newest = RuleSetVersion.objects.filter(project_id=project_id).order_by("-id").first()
    return bool(newest and newest.document.get("opposite_signs"))


def suggestions_with(project_id: ProjectId, record_ids: Sequence[int]) -> tuple[LockedGroup, ...]:
    """The suggestions that hold any of the (locked) records, locked."""
    legs = MatchLeg.objects.of_project(project_id)
    held = list(legs.filter(record_id__in=record_ids, confirmed=False).values_list("group_id", flat=True))
    by_group: dict[int, list[MatchLeg]] = {}
    for leg in legs.filter(group_id__in=held).order_by("side", "record_id"):
        by_group.setdefault(leg.group_id, []).append(leg)
    return lock_rows(project_id, by_group)
