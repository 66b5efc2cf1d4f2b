"""What a person types to find a record: part of what it says, or its amount."""

import re
from decimal import Decimal

from django.db.models import Q

from reconciliation.money import MAX_SCALE, InexactAmountError, to_integer

_SEARCHED = ("reference", "counterparty", "text", "key")
_AMOUNT = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,12})?")
_LARGEST = 2**63 - 1


def naming(search: str) -> Q:
    """The text stands in one of the fields, in any case of its letters; a number is also an amount of either sign."""
    wanted = search.strip()
    found = Q()
    for field in _SEARCHED:
        found |= Q(**{f"{field}__icontains": wanted})
    return found | _amount(wanted) if _AMOUNT.fullmatch(wanted) else found


def _amount(wanted: str) -> Q:
    """One list to look in for all scales, which few records pass; for those the scale decides."""
    amount = abs(Decimal(wanted))
    by_scale = {scale: units for scale in range(MAX_SCALE + 1) if (units := _units(amount, scale)) is not None}
    exact = Q()
    for scale, units in by_scale.items():
        exact |= Q(scale=scale, amount__in=(units, -units))
    return Q(amount__in=sorted({sign * units for units in by_scale.values() for sign in (1, -1)})) & exact


def _units(amount: Decimal, scale: int) -> int | None:
    try:
        units = to_integer(amount, scale)
    except InexactAmountError:
        return None
    return units if units <= _LARGEST else None
