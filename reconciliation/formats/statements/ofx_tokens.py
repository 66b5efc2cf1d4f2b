"""The tags of an OFX file and what stands behind each, as a stream: neither the file nor a list of them is kept."""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import IO, NamedTuple

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.text.lines import LONGEST, too_long

_CHUNK = 1 << 18
_LONGEST_TAG = 64
_OPEN_CDATA = "<![CDATA["
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<tag>[A-Za-z0-9._]+)\s*/?>"
    # text; a < that begins neither a tag nor a CDATA section is part of it: banks write `a < b` as it is
    r"(?P<text>[^<]*(?:(?:<!\[CDATA\[.*?\]\]>|<(?!/?[A-Za-z0-9._]+\s*/?>|!\[CDATA\[))[^<]*)*)",
    re.DOTALL,
)
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEADER = re.compile(r"OFXHEADER|<\?OFX", re.IGNORECASE)


class Token(NamedTuple):
    """It begins on `line`, its tag ends on `last`, and what stands behind it on `end`."""

    tag: str
    closes: bool
    text: str
    line: int
    last: int
    end: int
    raw: str


class Tokens:
    """Read once, front to back; then `lines`, `has_header` and `ends_whole` are known."""

    def __init__(self, name: str, stream: IO[str]) -> None:
        self.has_header = False
        self._name = name
        self._stream = stream
        self._held = self._tail = ""
        self._line = 1
        self._begun = False

    @property
    def lines(self) -> int:
        return self._line - self._tail.endswith("\n")

    @property
    def ends_whole(self) -> bool:
        return self._tail.rstrip().upper().endswith("</OFX>")

    def __iter__(self) -> Iterator[Token]:
        """Raises `UnreadableFileError` for a file that declares entities, or has a text without end."""
        while chunk := self._stream.read(_CHUNK):
            self._take(chunk)
            yield from self._tokens(len(self._held) - _LONGEST_TAG)  # the next chunk may go on with what follows
            if len(self._held) > LONGEST:
                raise too_long(self._name, self._line)
        yield from self._tokens(len(self._held))
        if _OPEN_CDATA in self._held:
            message = "a CDATA section is opened here and never closed. Export it again."
            raise UnreadableFileError(self._name, message, line=self._line)
        self._line += self._held.count("\n")

    def _take(self, chunk: str) -> None:
        near = self._held[-_LONGEST_TAG:] + chunk
        if found := _DECLARATION.search(near):
            line = self._line + self._held[:-_LONGEST_TAG].count("\n") + near.count("\n", 0, found.start())
            message = "it declares a DOCTYPE or entities, which no statement needs."
            raise UnreadableFileError(self._name, message, line=line)
        self._held += chunk
        self._tail = (self._tail + chunk)[-_LONGEST_TAG:]

    def _tokens(self, limit: int) -> Iterator[Token]:
        place = 0
        for found in _TOKEN.finditer(self._held):
            if found.end() > limit or self._held.startswith(_OPEN_CDATA, found.end()):
                break
            if not self._begun:
                self._begun, self.has_header = True, _HEADER.search(self._held, 0, found.start()) is not None
            yield self._token(found, place)
            place = found.end()
        self._held = self._held[place:]

    def _token(self, found: re.Match[str], place: int) -> Token:
        line = self._line + self._held.count("\n", place, found.start())
        last = line + self._held.count("\n", found.start(), found.start("text"))
        text = found["text"]
        self._line = last + text.count("\n")
        plain = unescape(_CDATA.sub(lambda inside: escape(inside[1], quote=False), text)).strip()
        end = last + text.rstrip().count("\n")
        return Token(found["tag"].upper(), bool(found["close"]), plain, line, last, end, found[0])
