"""How a source's columns become a record's fields: a versionable JSON document."""

import re
from typing import Any, Literal, Self

import msgspec

from reconciliation.formats.currencies import NO_CURRENCY, exponents
from reconciliation.formats.errors import InvalidMappingError

DateOrder = Literal["YMD", "DMY", "MDY", "YDM", "MYD", "DYM"]
Convention = Literal["signed", "inverted", "indicator", "columns"]


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a field is found: by position (0 is `cell_0`), or by header text when no position is given."""

    column: int = -1
    header: str = ""
    order: DateOrder | None = None  # of a date column that is written otherwise than the mapping's
    zone: str = ""  # of a column of instants that name none themselves: "UTC"


class Sign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plain number means to the account: money in is positive, money out negative.

    `signed`: as written; `inverted`: the other way round; `indicator`: a column of words decides; `columns`: debits
    and credits have a column each, and `negative_debits` tells that the debits are written with their minus.
    """

    convention: Convention = "signed"
    debit: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    negative_debits: bool = False


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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
            raise InvalidMappingError(str(error).replace("`$.", "`")) from error
        return mapping.resolved()

    def with_answers(self, answers: dict[str, Any]) -> Self:
        """The mapping with some keys of its document replaced, or a few of its `fields`; what they answer is no
        longer undecided. A field set to null is dropped; `fields.amount` takes the words of a question's choice.
        """
        document = self.to_document()
        fields, changes = document["fields"], dict(answers)
        if not isinstance(changes.get("fields") or {}, dict):
            raise InvalidMappingError("fields: an object with a column for each field")
        merged = {**fields, **(changes.pop("fields", None) or {})}
        for decision in [name for name in changes if name.startswith("fields.")]:
            self._move(merged, decision.removeprefix("fields."), changes.pop(decision))
        if isinstance(changes.get("sign"), str):
            changes["sign"] = {**document["sign"], "convention": changes["sign"]}
        document |= changes | {"fields": {name: column for name, column in merged.items() if column is not None}}
        answered = set(answers) | {f"fields.{name}" for name in answers.get("fields") or ()}
        if "undecided" not in answers:
            document["undecided"] = [decision for decision in self.undecided if decision not in answered]
        return self.from_document(document)

    def _move(self, fields: dict[str, Any], name: str, answer: Any) -> None:
        """A field's column by the words of a question (`column 3`) or by header; what stood there takes its place."""
        if not isinstance(answer, str):
            fields[name] = answer
            return
        number = re.fullmatch(r"column (\d+)", answer)
        if not number and answer not in self.headers:
            raise InvalidMappingError(f"fields.{name}: no column is called {answer!r}")
        position = int(number[1]) - 1 if number else self.headers.index(answer)
        there = next((other for other, column in fields.items() if column and column.get("column") == position), None)
        if there and there != name:
            fields[there] = fields.get(name)
        header = self.headers[position] if position < len(self.headers) else ""
        fields[name] = {"column": position, "header": header}

    def position(self, target: str) -> int | None:
        found = self.fields.get(target)
        return None if found is None else found.column

    def resolved(self) -> Self:
        """The columns that are named by header only get their position."""
        needed = {"columns": {"debit", "credit"}, "indicator": {"amount", "indicator"}}.get(self.sign.convention, set())
        if missing := sorted(needed - self.fields.keys()):
            raise InvalidMappingError(f"sign: {self.sign.convention} needs the fields {' and '.join(missing)}")
        if len(self.delimiter) > 1 or len(self.quote) > 1 or (self.format == "csv" and not self.delimiter):
            raise InvalidMappingError("delimiter and quote are single characters")
        if not _is_text_encoding(self.encoding):
            raise InvalidMappingError(f"encoding: there is no text encoding called {self.encoding!r}")
        if self.currency not in exponents():
            raise InvalidMappingError(f"currency: {self.currency!r} is no ISO 4217 code such as 'EUR'")
        fields = {name: self._located(name, column) for name, column in self.fields.items()}
        return msgspec.structs.replace(self, fields=fields)

    def _located(self, name: str, column: Column) -> Column:
        place = column.column
        if place < 0:
            if column.header not in self.headers:
                raise InvalidMappingError(f"fields.{name}: no column is called {column.header!r}")
            place = self.headers.index(column.header)
        if place >= self.columns:
            raise InvalidMappingError(f"fields.{name}: there is no column {place} among {self.columns}")
        return msgspec.structs.replace(column, column=place)


def _is_text_encoding(name: str) -> bool:
    """Python's codecs also know encodings of bytes (base64) and of text in text (rot13)."""
    try:
        return isinstance(b"".decode(name), str) and isinstance("".encode(name), bytes)
    except (LookupError, TypeError, ValueError):
        return False
