from typing import ClassVar

from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import text
from reconciliation.rules.key import FieldName
from reconciliation.rules.rule import Meeting, Rule
from reconciliation.rules.side import Side

_COMMON = 50


class ReferenceInText(Rule, frozen=True):
    """A reference of one side stands in a text of the other, in whatever spelling."""

    names_something: ClassVar[bool] = True
    blocks_by_meeting: ClassVar[bool] = True

    left: FieldName = "text"
    right: FieldName = "reference"

    def meeting(self, left: Side, right: Side) -> Meeting:
        return Meeting(
            _listed(left.text(self.left, "tokens")),
            _listed(right.text(self.right, "tokens")),
            repeats=True,
            most=_COMMON,
        )

    def in_words(self) -> str:
        return f"Right {self.right} stands in left {self.left}"


def _listed(tokens: Condition) -> Condition:
    return exp.Split(this=tokens, expression=text(" "))
