"""The rate at which a group across currencies was made."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reconciliation.models.match_group import MatchGroup


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What one unit of the right currency was worth in the left one, on which day, and who says so."""

    rate: Decimal
    date: date
    source: str


def rate_of(group: MatchGroup) -> Rate | None:
    """None within one currency."""
    if group.rate is None or group.rate_date is None:
        return None
    return Rate(rate=Decimal(group.rate), date=group.rate_date, source=group.rate_source or "")
