"""How a source's columns become a record's fields: a versionable JSON document."""

import re
from functools import cached_property
from typing import Any, Literal, Self

import msgspec

from reconciliation.formats.column import Column, DateOrder
from reconciliation.formats.currencies import NO_CURRENCY, exponents
from reconciliation.formats.derivation import Derivation, derivation
from reconciliation.formats.errors import InvalidMappingError
from reconciliation.formats.transformations.registry import AnyTransformation, kinds

_PLACE = re.compile(r"^(?P<message>.*?)(?: - at `\$\.?(?P<field>.*)`)?$", re.DOTALL)
_UNKNOWN_KIND = re.compile(r"transformations\[\d+\]\.kind")
Convention = Literal["signed", "inverted", "indicator", "columns"]


class Sign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plain number means to the account: money in is positive, money out negative.

    `signed`: as written; `inverted`: the other way round; `indicator`: a column of words decides; `columns`: debits
    and credits have a column each, and `negative_debits` tells that the debits are written with their minus.
    """

    convention: Convention = "signed"
    debit: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    negative_debits: bool = False


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Every decision that reading a file rests on. Those named in `undecided` are proposals only: a person answers
    them (`with_answers`) before the file is committed.
    """

    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    header_line: int | None = 1
    first_line: int = 2
    columns: int = 0
    headers: tuple[str, ...] = ()
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ".", ",", "'", " "] = ""  # as found; any mark that groups properly is read
    date_order: DateOrder = "YMD"
    fields: dict[str, Column] = msgspec.field(default_factory=dict)
    currency: str = NO_CURRENCY
    sign: Sign = Sign()
    transformations: tuple[AnyTransformation, ...] = ()
    pending: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return document

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """Raises `InvalidMappingError`, which names the field that is wrong."""
        try:
            mapping = msgspec.convert(document, cls)
        except msgspec.ValidationError as error:
            raise _named(error) from error
        return mapping.resolved()

    def with_answers(self, answers: dict[str, Any]) -> Self:
        """The mapping with some keys of its document replaced, or a few of its `fields`; what they answer is no
        longer undecided. A field set to null is dropped; `fields.amount` takes the words of a question's choice.
        """
        document = self.to_document()
        fields, changes = document["fields"], dict(answers)
        if not isinstance(changes.get("fields") or {}, dict):
            raise InvalidMappingError("an object with a column for each field", "fields")
        merged = {**fields, **(changes.pop("fields", None) or {})}
        for decision in [name for name in changes if name.startswith("fields.")]:
            self._move(merged, decision.removeprefix("fields."), changes.pop(decision))
        if isinstance(changes.get("sign"), str):
            changes["sign"] = {**document["sign"], "convention": changes["sign"]}
        document |= changes | {"fields": {name: column for name, column in merged.items() if column is not None}}
        mapping = self.from_document(document)
        if "undecided" in answers:
            return mapping
        named = {*(answers.get("fields") or ()), *mapping.derivation.targets}
        answered = set(answers) | named | {f"fields.{name}" for name in named}
        left = tuple(decision for decision in self.undecided if decision not in answered)
        return msgspec.structs.replace(mapping, undecided=left)

    def _move(self, fields: dict[str, Any], name: str, answer: Any) -> None:
        """A field's column by the words of a question (`column 3`) or by header; what stood there takes its place."""
        if not isinstance(answer, str):
            fields[name] = answer
            return
        number = re.fullmatch(r"column (\d+)", answer)
        if not number and answer not in self.headers:
            raise InvalidMappingError(f"no column is called {answer!r}", f"fields.{name}")
        position = int(number[1]) - 1 if number else self.headers.index(answer)
        there = next((other for other, column in fields.items() if column and column.get("column") == position), None)
        if there and there != name:
            fields[there] = fields.get(name)
        header = self.headers[position] if position < len(self.headers) else ""
        fields[name] = {"column": position, "header": header}

    def position(self, target: str) -> int | None:
        found = self.fields.get(target)
        return None if found is None else found.column

    @cached_property
    def derivation(self) -> Derivation:
        """Its transformations with the columns they read and make. Raises `InvalidMappingError`."""
        return derivation(self.transformations, self.fields, self.headers, self.columns)

    def resolved(self) -> Self:
        """The columns that are named by header only get their position."""
        if len(self.delimiter) > 1 or (self.format == "csv" and not self.delimiter):
            raise InvalidMappingError("is a single character", "delimiter")
        if len(self.quote) > 1:
            raise InvalidMappingError("is a single character, or nothing", "quote")
        if not _is_text_encoding(self.encoding):
            raise InvalidMappingError(f"there is no text encoding called {self.encoding!r}", "encoding")
        if self.currency not in exponents():
            raise InvalidMappingError(f"{self.currency!r} is no ISO 4217 code such as 'EUR'", "currency")
        fields = {name: self._located(name, column) for name, column in self.fields.items()}
        mapping = msgspec.structs.replace(self, fields=fields)
        needed = {"columns": {"debit", "credit"}, "indicator": {"amount", "indicator"}}.get(self.sign.convention, set())
        if missing := sorted(needed - fields.keys() - mapping.derivation.targets.keys()):
            raise InvalidMappingError(f"{self.sign.convention} needs the fields {' and '.join(missing)}", "sign")
        return mapping

    def _located(self, name: str, column: Column) -> Column:
        place = column.column
        if place < 0:
            if column.header not in self.headers:
                raise InvalidMappingError(f"no column is called {column.header!r}", f"fields.{name}")
            place = self.headers.index(column.header)
        if place >= self.columns:
            raise InvalidMappingError(f"there is no column {place} among {self.columns}", f"fields.{name}")
        return msgspec.structs.replace(column, column=place)


def _named(error: msgspec.ValidationError) -> InvalidMappingError:
    """The place of the document that msgspec names, and its sentence."""
    found = _PLACE.match(str(error))
    assert found
    message, field = found["message"], found["field"] or ""
    if _UNKNOWN_KIND.fullmatch(field):
        message = f"{message}; there are {', '.join(kinds())}"
    return InvalidMappingError(message, field)


def _is_text_encoding(name: str) -> bool:
    """Python's codecs also know encodings of bytes (base64) and of text in text (rot13)."""
    try:
        return isinstance(b"".decode(name), str) and isinstance("".encode(name), bytes)
    except (LookupError, TypeError, ValueError):
        return False
