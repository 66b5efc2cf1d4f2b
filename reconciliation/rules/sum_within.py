from decimal import Decimal
from typing import ClassVar

from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.rule import Rule


class SumWithin(AmountWithin, frozen=True):
    """The sums of both sides differ by no more than a tolerance, its bound included."""

    subject: ClassVar[str] = "Sums"

    def relaxed(self) -> Rule:
        return SumWithin(absolute=self.wider)

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del measured
        return f"sums differ by {abs(difference)}" if difference else None
