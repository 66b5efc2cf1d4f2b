"""A field in the form in which it is compared."""

from typing import Annotated, Literal

import msgspec

Form = Literal["as_written", "exact", "digits", "normalised", "prefix", "words", "tokens"]
Compare = Annotated[
    Literal["exact", "as_written", "digits", "normalised", "prefix"],
    msgspec.Meta(
        title="Compare",
        description="exact: the trimmed text; as_written: blanks count too; digits: only its digits; normalised: "
        "letters and digits, any case or accent; prefix: what stands before the separator",
    ),
]
FieldName = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=200, title="Field", description="A record's field, or a column's header"),
]
Separator = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=5, title="Separator", description="Where the prefix ends"),
]

_WORDS = {
    "exact": "",
    "as_written": " (as written)",
    "digits": " (digits only)",
    "normalised": " (ignoring case and punctuation)",
    "words": "",
    "tokens": "",
}


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record's field and the form in which its values are compared."""

    field: FieldName
    compare: Compare = "exact"
    separator: Separator = "-"

    def in_words(self) -> str:
        return in_words(self.field, self.compare, self.separator)


def in_words(field: str, form: Form, separator: str = "-") -> str:
    if form == "prefix":
        return f"{field} up to “{separator}”"
    return field + _WORDS[form]


def column_name(field: str, form: Form, separator: str = "-") -> str:
    """The engine's column of a field in a form; two rules that ask for the same share it."""
    return f"{field} {form} {separator}" if form == "prefix" else f"{field} {form}"
