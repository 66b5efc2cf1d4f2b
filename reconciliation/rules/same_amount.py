from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from sqlglot.expressions import Condition

from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side


class SameAmount(Rule, frozen=True):
    """Both amounts are the same, or cancel each other out."""

    weight: ClassVar[int] = 25
    names_something: ClassVar[bool] = True
    nearly: ClassVar[Decimal] = Decimal(10)

    compare: Annotated[
        Literal["equal", "opposite"], msgspec.Meta(title="Compare", description="opposite: the signs differ")
    ] = "equal"

    @property
    def opposite(self) -> bool:
        return self.compare == "opposite"

    def condition(self, left: Side, right: Side) -> Condition:
        return left.amount.eq(right.amount)

    def relaxed(self) -> Rule:
        return AmountWithin(absolute=self.nearly)

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del measured
        return f"amount differs by {abs(difference)}" if difference else None

    def in_words(self) -> str:
        return "Opposite amounts" if self.opposite else "Same amount"
