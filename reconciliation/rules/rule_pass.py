"""One step of a rule set."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from reconciliation.rules.adjustment import AllowedAdjustment
from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.blocking import blocks
from reconciliation.rules.currency_converted import CurrencyConverted
from reconciliation.rules.decide import Decide
from reconciliation.rules.grouping import GroupBy
from reconciliation.rules.key import Key
from reconciliation.rules.partial_payment import PartialPayment
from reconciliation.rules.pass_problems import problems_of
from reconciliation.rules.rule import Rule
from reconciliation.rules.same_amount import SameAmount
from reconciliation.rules.scope import Scope
from reconciliation.rules.subset import SubsetSum

Cardinality = Literal["1:1", "1:n", "n:1", "n:m", "contra"]
ContraSide = Literal["left", "right", "both"]
SideName = Literal["left", "right"]
TieBreak = Literal["nearest_date", "newest", "oldest", "file_order"]

_KINDS = {
    "1:1": "one to one",
    "1:n": "one to many",
    "n:1": "many to one",
    "n:m": "many to many",
    "contra": "contra: lines of one side that net to zero",
}


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that must all hold; what an earlier pass matched is not seen by a later one."""

    name: str
    rules: tuple[Rule, ...]
    cardinality: Cardinality = "1:1"
    side: ContraSide = "both"
    group_by: GroupBy = msgspec.field(default_factory=GroupBy)
    subset: SubsetSum | None = None
    decide: Decide = msgspec.field(default_factory=Decide)
    tie_break: tuple[TieBreak, ...] = ()
    adjustment: AllowedAdjustment | None = None
    scope: Scope = Scope()

    @property
    def groups_left(self) -> bool:
        """Added up by keys; lines that a sum alone brings together stay what they are until it is found."""
        return self.cardinality in ("n:1", "n:m") and self.subset is None

    @property
    def groups_right(self) -> bool:
        return self.cardinality in ("1:n", "n:m") and self.subset is None

    @property
    def flips_sign(self) -> bool:
        """The rules say that amounts cancel each other out."""
        return any(isinstance(rule, SameAmount) and rule.opposite for rule in self.rules)

    @property
    def shared_keys(self) -> bool:
        return bool(self.group_by.left and self.group_by.right) and not self.is_contra

    @property
    def is_contra(self) -> bool:
        return self.cardinality == "contra"

    @property
    def contra_sides(self) -> tuple[SideName, ...]:
        if not self.is_contra:
            return ()
        return ("left", "right") if self.side == "both" else (self.side,)

    @property
    def contra_by_keys(self) -> bool:
        """Every line of one side that shares its keys, instead of pairs."""
        return self.is_contra and bool(self.group_by.left or self.group_by.right)

    @property
    def allocation(self) -> PartialPayment | None:
        return next((rule for rule in self.rules if isinstance(rule, PartialPayment)), None)

    @property
    def conversion(self) -> CurrencyConverted | None:
        return next((rule for rule in self.rules if isinstance(rule, CurrencyConverted)), None)

    def keys_of(self, side: SideName) -> tuple[Key, ...]:
        return self.group_by.left_keys if side == "left" else self.group_by.right_keys

    def problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of field and message; the rules' own problems are told apart by the reader."""
        yield from problems_of(self)

    def blocks_on_something(self) -> bool:
        """Whether candidates can be found without comparing each record with every other."""
        if self.shared_keys or self.subset is not None:  # of a subset the candidates of each line are few, or none
            return True
        if self.is_contra:  # its amounts are compared for equality, besides what its rules say
            return True
        if self.conversion is not None:  # amounts meet only once they are converted
            return any(blocks(rule) for rule in self.rules if not isinstance(rule, SameAmount | AmountWithin))
        return any(blocks(rule) for rule in self.rules)

    def in_words(self) -> tuple[str, ...]:
        kind = _KINDS[self.cardinality]
        if self.is_contra and self.side != "both":
            kind = f"{kind}, {self.side} side"
        said = [*self.scope.in_words(), *self.keys_in_words(), *(rule.in_words() for rule in self.rules)]
        lines = [f"{self.name} ({kind}): {'; '.join(said) or 'same currency'}."]
        if self.subset is not None:
            lines.append(self.subset.in_words())
        if self.adjustment is not None:
            lines.append(self.adjustment.in_words())
        if self.tie_break:
            lines.append(f"Between equals: {', then '.join(name.replace('_', ' ') for name in self.tie_break)}.")
        return (*lines, self.decide.in_words())

    def keys_in_words(self) -> list[str]:
        if self.shared_keys:
            pairs = zip(self.group_by.left_keys, self.group_by.right_keys, strict=True)
            return [f"left {left.in_words()} is right {right.in_words()}, added up" for left, right in pairs]
        keys = [("left", key) for key in self.group_by.left_keys] + [("right", key) for key in self.group_by.right_keys]
        return [f"{side} side added up by {key.in_words()}" for side, key in keys]
