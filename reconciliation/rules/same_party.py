from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import text
from reconciliation.rules.key import FieldName
from reconciliation.rules.rule import FULL_SCORE, Meeting, Rule
from reconciliation.rules.side import Side
from reconciliation.rules.similar_text import SimilarText
from reconciliation.rules.words import words

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

_NEARLY = 70


class SameParty(Rule, frozen=True):
    """The same party: an account number, a name, or two names of which you say that they are one."""

    weight: ClassVar[int] = 30
    blocks_by_meeting: ClassVar[bool] = True
    must_meet: ClassVar[bool] = True

    left: FieldName = "counterparty"
    right: FieldName = "counterparty"
    left_account: Annotated[FieldName | None, msgspec.Meta(title="Left account number")] = None
    right_account: Annotated[FieldName | None, msgspec.Meta(title="Right account number")] = None
    aliases: Annotated[
        tuple[tuple[Name, ...], ...],
        msgspec.Meta(title="Aliases", description="Names of one party, whatever their case, accents and punctuation"),
    ] = ()

    def meeting(self, left: Side, right: Side) -> Meeting:
        return Meeting(
            self._known_as(left, self.left, self.left_account), self._known_as(right, self.right, self.right_account)
        )

    def in_words(self) -> str:
        fields = self.left if self.left == self.right else f"left {self.left} is right {self.right}"
        by_account = self.left_account and self.right_account
        aliases = f" ({len(self.aliases)} with aliases)" if self.aliases else ""
        return f"Same party by {fields}{' or account number' if by_account else ''}{aliases}"

    def relaxed(self) -> Rule:
        return SimilarText(left=self.left, right=self.right, method="token_set", at_least=_NEARLY)

    def miss(self, measured: int, difference: Decimal) -> str | None:
        del difference
        return f"names only {measured // 100} % alike" if measured < FULL_SCORE else None

    def problems(self) -> Iterator[tuple[str, str]]:
        if (self.left_account is None) != (self.right_account is None):
            yield "left_account", "name the account number on both sides, or on none"
        for place, names in enumerate(self.aliases, 1):
            if len({words(name) for name in names}) < 2:  # noqa: PLR2004  an alias is another name
                yield f"aliases, {place}", "give at least two different names"
        owners = Counter(name for names in self.aliases for name in {words(name) for name in names})
        yield from (("aliases", f"“{name}” is a name of two parties") for name, times in owners.items() if times > 1)

    def _known_as(self, side: Side, name: str, account: str | None) -> Condition:
        """The name, of those with aliases the first one, and the account number; nulls are like nothing."""
        listed = [self._first_name(side.text(name, "words"))]
        if account is not None and self.left_account and self.right_account:
            listed.append(side.text(account, "normalised"))
        return exp.Array(expressions=listed)

    def _first_name(self, name: Condition) -> Condition:
        cases: exp.Case = exp.Case()
        for first, *others in self.aliases:
            known = [text(words(other)) for other in others]
            cases = cases.when(exp.In(this=name, expressions=known), text(words(first)), copy=False)
        return cases.else_(name, copy=False) if self.aliases else name
