from typing import ClassVar

from sqlglot.expressions import Condition

from reconciliation.rules.key import Compare, FieldName, Separator, in_words
from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side


class SameField(Rule, frozen=True):
    """Two fields hold the same value."""

    weight: ClassVar[int] = 10

    left: FieldName
    right: FieldName
    compare: Compare = "exact"
    separator: Separator = "-"

    def condition(self, left: Side, right: Side) -> Condition:
        return left.text(self.left, self.compare, self.separator).eq(
            right.text(self.right, self.compare, self.separator)
        )

    def in_words(self) -> str:
        first, second = (in_words(field, self.compare, self.separator) for field in (self.left, self.right))
        return f"Same {first}" if self.left == self.right else f"Left {first} is right {second}"
