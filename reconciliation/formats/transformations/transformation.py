"""What every transformation is."""

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import msgspec

from reconciliation.formats.arrow import Flags, Integers, Texts

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# What the platform itself counts, and the balances that every line repeats: no text is put there.
_NO_TARGETS = frozenset({"line", "row", "scale", "opening_balance", "closing_balance", "fingerprint", "occurrence"})

Target = Annotated[
    str,
    msgspec.Meta(
        title="Field",
        description="A record's field, such as reference, or a name of your own, such as order_number",
    ),
]
Input = Annotated[
    str,
    msgspec.Meta(title="Out of", description="A field, or a column's header; left empty, the field itself"),
]


def kind_of_class(name: str) -> str:
    """`InvertSign` is `invert_sign`."""
    return _CAPITAL.sub("_", name).lower()


class Transformation(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag=kind_of_class,
):
    """One step; its fields are its form, its docstring its label."""

    target: Target

    def reads(self) -> tuple[tuple[str, str], ...]:
        """Its own fields that name an input, each with the field or the header named."""
        return ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of field and message."""
        if not _NAME.fullmatch(self.target) or self.target.startswith("cell_"):
            yield "target", f"{self.target!r} is no name of a field: small letters, digits and _, such as order_number"
        elif self.target in _NO_TARGETS:
            yield "target", f"{self.target} is filled by the platform itself; choose another field"

    def in_words(self) -> str:
        """The step with its values, for a person."""
        return self.label()

    @classmethod
    def kind(cls) -> str:
        return kind_of_class(cls.__name__)

    @classmethod
    def label(cls) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(cls) or cls.__name__).splitlines()[0].rstrip(".")


class TextTransformation(Transformation, frozen=True, kw_only=True):
    """Makes a column of texts; an empty text is no value."""

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        """The texts of a block of so many rows, given those that it reads."""
        raise NotImplementedError

    def refused(self, inputs: Sequence[Texts]) -> Flags | None:
        """Rows of which nothing can be made; None for a step that can make something of anything."""
        del inputs
        return None


class OneInput(TextTransformation, frozen=True, kw_only=True):
    """Reads one field or column."""

    of: Input = ""

    def reads(self) -> tuple[tuple[str, str], ...]:
        return (("of", self.of or self.target),)

    def in_words(self) -> str:
        return f"{self.label()}: {self.of or self.target}"


class MoneyTransformation(Transformation, frozen=True, kw_only=True):
    """Changes what the amounts of the file mean, after they were read as numbers."""

    target: Literal["amount"] = "amount"

    def more_decimals(self, exponents: Integers) -> Integers | None:
        """How many of the digits of each whole number stand behind the mark, given its currency's decimals."""
        del exponents
        return None

    def directed(self, amounts: Integers) -> Integers:
        """The amounts with their sign, once debits and credits are told apart."""
        return amounts


def as_texts(made: Any) -> Texts:
    """Without nulls: what reading expects of the cells of a file."""
    filled: Texts = made.fill_null("")
    return filled
