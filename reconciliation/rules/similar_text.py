from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import concatenated, number, quotient, text
from reconciliation.rules.key import FieldName
from reconciliation.rules.rule import FULL_SCORE, Rule
from reconciliation.rules.side import Side

_WORST = 5_000


class SimilarText(Rule, frozen=True):
    """Two texts read alike, whatever their case, accents and punctuation."""

    left: FieldName = "counterparty"
    right: FieldName = "counterparty"
    method: Annotated[
        Literal["jaro_winkler", "token_sort", "token_set", "trigram"],
        msgspec.Meta(
            title="Method",
            description="jaro_winkler: typing errors; token_sort: words in any order; token_set: one within the other; "
            "trigram: shared runs of three letters",
        ),
    ] = "jaro_winkler"
    at_least: Annotated[int, msgspec.Meta(ge=1, le=100, title="At least", description="Similarity in per cent")] = 85

    def measure(self, left: Side, right: Side) -> Condition:
        """Similarity, 0 to 10000."""
        return exp.Anonymous(
            this=f"similarity_{self.method}",
            expressions=[left.text(self.left, "words"), right.text(self.right, "words")],
        )

    def holds(self, measured: Condition) -> Condition:
        return measured >= number(self._threshold)

    def score(self, measured: Condition) -> Condition:
        """From 5000 at the threshold to 10000 for equal texts."""
        room = max(FULL_SCORE - self._threshold, 1)
        return number(_WORST) + quotient((measured - number(self._threshold)) * number(_WORST), number(room))

    def sentence(self, measured: Condition) -> Condition:
        return concatenated([text(f"{self._fields} "), quotient(measured, number(100)), text(" % alike")])

    def in_words(self) -> str:
        return f"{self._fields} at least {self.at_least} % alike ({self.method.replace('_', ' ')})"

    def relaxed(self) -> Rule:
        return SimilarText(left=self.left, right=self.right, method=self.method, at_least=max(1, self.at_least - 25))

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del difference
        if measured >= self._threshold:
            return None
        return f"{self._fields.lower()} only {measured // 100} % alike, {self.at_least} % asked for"

    @property
    def _threshold(self) -> int:
        return self.at_least * 100

    @property
    def _fields(self) -> str:
        if self.left == self.right:
            return self.left.capitalize()
        return f"{self.left.capitalize()} and {self.right}"
