"""The records of a BAI2 file: one on each line, some banks several; `88` continues the one before."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.statements.parts import Other, Warn
from reconciliation.formats.text.lines import LONGEST, too_long

_CODES = "01|02|03|16|49|88|98|99"
_NEXT_ON_LINE = re.compile(rf"/\s+(?=(?:{_CODES}),)")
_RECORD = re.compile(rf"^\s*({_CODES})(?:,|/|$)")
_CONTINUES = "88"
NUMBER = re.compile(r"[+-]?\d{1,40}")


@dataclass(slots=True)
class Record:
    """One record with its continuations. `lines` counts the physical ones that begin with it, `records` itself and
    the continuations.
    """

    code: str
    line: int
    lines: int
    text: str
    ended: bool
    records: int = 1
    raw: str = ""

    def fields(self) -> list[str]:
        return self.text.split(",")

    def takes(self, piece: "Piece") -> None:
        """What continues it: a record 88, or a line that is none."""
        if piece.code:
            self.text += ("," if self.ended else " ") + piece.text[3:].removesuffix("/")
            self.ended = piece.ended
            self.records += 1
        else:
            self.text = f"{self.text} {piece.text}".rstrip()
        self.lines += piece.lines
        self.raw += f"\n{piece.text}"


class Piece(NamedTuple):
    """What stands on a line up to the next record on it; `code` is empty where it begins with none."""

    code: str
    line: int
    lines: int
    text: str
    ended: bool


def records_of(name: str, lines: Iterable[str]) -> Iterator[Record | Warn | Other]:
    """A line that is no record continues the one before, as some banks wrap texts; it is told. Raises
    `UnreadableFileError` where there is none before.
    """
    current: Record | None = None
    for piece in _pieces(lines):
        if piece.code and piece.code != _CONTINUES:
            if current:
                yield current
            current = Record(piece.code, piece.line, piece.lines, piece.text.removesuffix("/"), piece.ended)
            current.raw = piece.text
        elif current:
            current.takes(piece)
            if len(current.text) > LONGEST:
                raise too_long(name, current.line)
            if piece.text and not piece.code:
                yield Warn(f"Line {piece.line} begins with no known code: it is read as part of the record above.")
        elif piece.text:
            raise UnreadableFileError(name, "is no BAI2 record: it begins with no known code.", line=piece.line)
        else:
            yield Other("blank", piece.lines)
    if current:
        yield current


def _pieces(lines: Iterable[str]) -> Iterator[Piece]:
    for number, line in enumerate(lines, 1):
        pieces = _NEXT_ON_LINE.split(line.rstrip())
        for place, piece in enumerate(pieces):
            text = piece.strip()
            found = _RECORD.match(text)
            ended = text.endswith("/") or place < len(pieces) - 1
            yield Piece(found[1] if found else "", number, 0 if place else 1, text, ended)


def at(values: list[str], place: int) -> str:
    return values[place].strip() if place < len(values) else ""


def number_in(text: str) -> int:
    return int(text) if NUMBER.fullmatch(text) else 0
