from decimal import Decimal
from typing import ClassVar

from sqlglot.expressions import Condition

from reconciliation.rules.key import Compare, FieldName, Separator, in_words
from reconciliation.rules.rule import FULL_SCORE, Rule
from reconciliation.rules.side import Side
from reconciliation.rules.similar_text import SimilarText

_NEARLY = 85


class SameReference(Rule, frozen=True):
    """Both sides carry the same reference."""

    names_something: ClassVar[bool] = True

    compare: Compare = "exact"
    separator: Separator = "-"
    left: FieldName = "reference"
    right: FieldName = "reference"

    def condition(self, left: Side, right: Side) -> Condition:
        return left.text(self.left, self.compare, self.separator).eq(
            right.text(self.right, self.compare, self.separator)
        )

    def in_words(self) -> str:
        first, second = (in_words(field, self.compare, self.separator) for field in (self.left, self.right))
        return f"Same {first}" if self.left == self.right else f"Left {first} is right {second}"

    def relaxed(self) -> Rule:
        return SimilarText(left=self.left, right=self.right, at_least=_NEARLY)

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del difference
        return f"{self.left} only {measured // 100} % alike" if measured < FULL_SCORE else None
