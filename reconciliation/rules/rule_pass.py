"""One step of a rule set."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from reconciliation.rules.adjustment import AllowedAdjustment
from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.blocking import blocks
from reconciliation.rules.decide import Decide
from reconciliation.rules.grouping import GroupBy
from reconciliation.rules.rule import Rule
from reconciliation.rules.same_amount import SameAmount
from reconciliation.rules.subset import SubsetSum

Cardinality = Literal["1:1", "1:n", "n:1", "n:m"]
TieBreak = Literal["nearest_date", "newest", "oldest", "file_order"]


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that must all hold; what an earlier pass matched is not seen by a later one."""

    name: str
    rules: tuple[Rule, ...]
    cardinality: Cardinality = "1:1"
    group_by: GroupBy = msgspec.field(default_factory=GroupBy)
    subset: SubsetSum | None = None
    decide: Decide = msgspec.field(default_factory=Decide)
    tie_break: tuple[TieBreak, ...] = ()
    adjustment: AllowedAdjustment | None = None

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
        return bool(self.group_by.left and self.group_by.right)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of field and message; the rules' own problems are told apart by the reader."""
        if not self.name.strip():
            yield "name", "give the pass a name"
        yield from self._grouping_problems() if self.subset is None else self._subset_problems()
        if not self.blocks_on_something():
            yield "rules", self._nothing_to_block_on()
        if self.adjustment is not None:
            yield from ((f"adjustment.{field}", message) for field, message in self.adjustment.problems())
        if self.decide.confirm_at is not None and self.decide.suggest_at > self.decide.confirm_at:
            yield "decide.suggest_at", "must not be above confirm_at"

    def blocks_on_something(self) -> bool:
        """Whether candidates can be found without comparing each record with every other."""
        if self.shared_keys or self.subset is not None:  # of a subset the candidates of each line are few, or none
            return True
        return any(blocks(rule) for rule in self.rules)

    def in_words(self) -> tuple[str, ...]:
        kind = {"1:1": "one to one", "1:n": "one to many", "n:1": "many to one", "n:m": "many to many"}[
            self.cardinality
        ]
        said = [*self.keys_in_words(), *(rule.in_words() for rule in self.rules)]
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

    def _grouping_problems(self) -> Iterator[tuple[str, str]]:
        left, right = len(self.group_by.left), len(self.group_by.right)
        if self.cardinality == "1:1" and (left or right):
            yield "group_by", "one to one adds nothing up: take it away, or choose 1:n, n:1 or n:m"
        if self.groups_left and not left:
            yield "group_by.left", f"{self.cardinality} needs the fields by which the left side is added up"
        if self.groups_right and not right:
            yield "group_by.right", f"{self.cardinality} needs the fields by which the right side is added up"
        if left and right and left != right:
            yield "group_by", "both sides need the same number of fields, because they are compared in pairs"

    def _subset_problems(self) -> Iterator[tuple[str, str]]:
        if self.cardinality not in ("1:n", "n:1"):
            yield "subset", "needs one line on one side: choose 1:n or n:1"
        if self.group_by.left or self.group_by.right:
            yield "group_by", "a subset is found by its sum, not by keys: take one of the two away"
        if any(isinstance(rule, SameAmount | AmountWithin) for rule in self.rules):
            yield "rules", "a subset compares the sum, so no rule compares the amounts of single lines"
        if self.adjustment is not None:
            yield "adjustment", "the sum of a subset is exact: nothing is left to book"

    def _nothing_to_block_on(self) -> str:
        given = ", ".join(rule.type_name for rule in self.rules) or "no rule"
        return (
            f"nothing to block on ({given}): every record would be compared with every other. Add an equality "
            "(SameReference, SameAmount, SameField, ReferenceInText), an absolute AmountWithin, or keys on both sides"
        )
