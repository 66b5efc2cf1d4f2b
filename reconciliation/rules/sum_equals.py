from reconciliation.rules.rule import Rule
from reconciliation.rules.same_amount import SameAmount
from reconciliation.rules.sum_within import SumWithin


class SumEquals(SameAmount, frozen=True):
    """The lines of both sides add up to the same, or cancel each other out."""

    def relaxed(self) -> Rule:
        return SumWithin(absolute=self.nearly)

    def in_words(self) -> str:
        return "Opposite sums" if self.opposite else "Equal sums"
