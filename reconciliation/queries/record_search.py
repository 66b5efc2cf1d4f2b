"""What a person types to find a record: part of what it says, or its amount."""

from decimal import Decimal, InvalidOperation

from django.db.models import Q

from reconciliation.money import MAX_SCALE, InexactAmountError, to_integer

_SEARCHED = ("reference", "counterparty", "text", "key")
_LARGEST = 2**63 - 1


def naming(search: str) -> Q:
    """The text stands in one of the fields, in any case of its letters; a number is also an amount of either sign."""
    wanted = search.strip()
    found = Q()
    for field in _SEARCHED:
        found |= Q(**{f"{field}__icontains": wanted})
    return found | _amount(wanted)


def _amount(wanted: str) -> Q:
    found = Q()
    try:
        amount = abs(Decimal(wanted))
    except InvalidOperation:
        return found
    for scale in range(MAX_SCALE + 1) if amount.is_finite() else ():
        try:
            units = to_integer(amount, scale)
        except InexactAmountError:
            continue
        if units <= _LARGEST:
            found |= Q(scale=scale, amount__in=(units, -units))
    return found
