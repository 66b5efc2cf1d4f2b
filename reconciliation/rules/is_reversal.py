from typing import Annotated, ClassVar

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import text
from reconciliation.rules.key import FieldName
from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side

Mark = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class IsReversal(Rule, frozen=True):
    """One of the two lines is marked as the reversal of the other."""

    weight: ClassVar[int] = 10
    names_something: ClassVar[bool] = True

    field: FieldName
    marks: Annotated[
        tuple[Mark, ...],
        msgspec.Meta(title="Marks", description="What the field holds in a reversal: RV, true", min_length=1),
    ] = ("true",)

    def condition(self, left: Side, right: Side) -> Condition:
        first, second = (self._marked(side) for side in (left, right))
        return exp.or_(exp.and_(first, exp.not_(second)), exp.and_(second, exp.not_(first)))

    def in_words(self) -> str:
        return f"One of them is a reversal: its {self.field} is {' or '.join(self.marks)}"

    def _marked(self, side: Side) -> Condition:
        """Never null: a line without the field is not marked."""
        value = side.text(self.field)
        known = exp.Case().when(value.is_(exp.null()), exp.false())
        return known.else_(exp.In(this=value, expressions=[text(mark) for mark in self.marks]))
