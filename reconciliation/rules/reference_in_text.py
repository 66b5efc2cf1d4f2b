from typing import ClassVar

from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import number, text
from reconciliation.rules.key import FieldName
from reconciliation.rules.rule import Meeting, Rule
from reconciliation.rules.side import Side

_COMMON = 50


class ReferenceInText(Rule, frozen=True):
    """A reference of one side stands in a text of the other, in whatever spelling."""

    names_something: ClassVar[bool] = True
    blocks_by_meeting: ClassVar[bool] = True
    must_meet: ClassVar[bool] = True

    left: FieldName = "text"
    right: FieldName = "reference"

    def meeting(self, left: Side, right: Side) -> Meeting:
        return Meeting(
            _listed(left.text(self.left, "tokens")),
            _listed(right.text(self.right, "tokens")),
            by=_digits,
            compatible=_same_prefix,
            most=_COMMON,
        )

    def in_words(self) -> str:
        return f"Right {self.right} stands in left {self.left}"


def _listed(tokens: Condition) -> Condition:
    return exp.Split(this=tokens, expression=text(" "))


def _digits(token: Condition) -> Condition:
    return exp.SplitPart(this=token, delimiter=text(":"), part_index=number(2))


def _same_prefix(left: Condition, right: Condition) -> Condition:
    """INV 8 is not CRN 8, but a plain 8 may be either."""
    first, second = (exp.SplitPart(this=token, delimiter=text(":"), part_index=number(1)) for token in (left, right))
    return exp.or_(first.eq(second), first.eq(""), second.eq(""))
