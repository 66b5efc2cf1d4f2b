"""What every rule is."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import msgspec
from sqlglot.expressions import Condition

from reconciliation.rules.expressions import text
from reconciliation.rules.side import Side

FULL_SCORE = 10_000


@dataclass(frozen=True)
class Meeting:
    """A list of values per record; only records with a common value are compared.

    `by` is what is compared of a value (itself, normally), `compatible` what must hold besides of two values.
    Where values can be shared by many records of a side, those shared by more than `most` identify nothing.
    """

    left: Condition
    right: Condition
    by: Callable[[Condition], Condition] | None = None
    compatible: Callable[[Condition, Condition], Condition] | None = None
    most: int | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=True):
    """A condition that two records fulfil or not; its fields are its form, its docstring its label."""

    weight: ClassVar[int] = 60
    names_something: ClassVar[bool] = False  # so selective that candidates need no other meeting
    blocks_by_meeting: ClassVar[bool] = False  # its meeting is selective enough without any equality
    must_meet: ClassVar[bool] = False  # the meeting is the rule, not a short cut to its condition

    def condition(self, left: Side, right: Side) -> Condition | None:
        """What must hold before anything is measured; an equality of both sides is what a pass blocks on."""
        del left, right
        return None

    def meeting(self, left: Side, right: Side) -> Meeting | None:
        """How to find candidates where no equality does: by a common value of two lists."""
        del left, right
        return None

    def measure(self, left: Side, right: Side) -> Condition | None:
        """A whole number that score, sentence and near miss are made of."""
        del left, right
        return None

    def holds(self, measured: Condition) -> Condition | None:
        """A condition that is too dear to test before the others."""
        del measured
        return None

    def score(self, measured: Condition) -> Condition | None:
        """0 to 10000; None is the full score."""
        del measured
        return None

    def sentence(self, measured: Condition) -> Condition:
        """Why a group was made, for a person, as an expression of text."""
        del measured
        return text(self.in_words())

    def in_words(self) -> str:
        """The rule with its values, for a person."""
        return self.label()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of field and message."""
        yield from ()

    def relaxed(self) -> "Rule | None":
        """A wider rule that shows near misses; None where nearly does not exist."""
        return None

    def miss(self, measured: int, difference: Decimal) -> str | None:
        """What would have made it true, given the wider rule's measure; None where it was true."""
        del measured, difference
        return None

    @classmethod
    def label(cls) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(cls) or cls.__name__).splitlines()[0].rstrip(".")

    @property
    def type_name(self) -> str:
        return type(self).__name__
