from collections.abc import Iterator
from typing import Annotated, ClassVar

import msgspec
from sqlglot.expressions import Condition

from reconciliation.rules.formula import FormulaError, condition_of
from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side


class Expression(Rule, frozen=True):
    """A formula over both sides holds."""

    weight: ClassVar[int] = 10

    formula: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=1000,
            title="Formula",
            description="left.amount - right.amount BETWEEN 0 AND 2.50 AND left.account <> right.account",
        ),
    ]

    def condition(self, left: Side, right: Side) -> Condition:
        return condition_of(self.formula, left, right)

    def in_words(self) -> str:
        return f"Formula: {self.formula}"

    def problems(self) -> Iterator[tuple[str, str]]:
        try:
            condition_of(self.formula, Side("l"), Side("r"))
        except FormulaError as error:
            yield "formula", str(error)
