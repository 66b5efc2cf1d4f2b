from typing import Annotated, ClassVar

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.dates_within import DateField
from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side

OldestBy = Annotated[DateField, msgspec.Meta(title="Oldest by")]


class PartialPayment(Rule, frozen=True):
    """The smaller side pays part of the larger one, oldest line first.

    Credits among the lines are used up before anything is paid. What is left of a line stays open, with its age.
    """

    weight: ClassVar[int] = 25

    oldest_by: OldestBy = "booking_date"

    def condition(self, left: Side, right: Side) -> Condition:
        """Both are owed or both are paid: nothing is allocated across zero."""
        for side in (left, right):
            side.days(self.oldest_by)
        both_in = exp.and_(left.amount > 0, right.amount > 0)
        return exp.or_(both_in, exp.and_(left.amount < 0, right.amount < 0))

    def in_words(self) -> str:
        date = self.oldest_by.replace("_", " ")
        return f"What one side pays is allocated to the lines of the other, oldest {date} first; the rest stays open"
