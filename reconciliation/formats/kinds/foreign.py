"""Kinds of file that are told apart at once and not read: each is refused with what to do instead."""

import codecs
import re
from pathlib import Path
from typing import NoReturn

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection

_UNPACK = "Unpack it and import the file inside."
_EXPORT = "Export the lines as CSV or XLSX."
_SWIFT = re.compile(r"\{1:[A-Z]|:(?:20|25|28C?|60[FM]):")
_START, _LINES = 4096, 12
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (rb"\x1f\x8b", "a gzip archive", _UNPACK),
    (rb"BZh", "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ\x00|7z\xbc\xaf\x27\x1c|Rar!|\x28\xb5\x2f\xfd", "an archive", _UNPACK),
    (rb"%PDF", "a PDF document", _EXPORT),
    (rb"SQLite format 3\x00", "an SQLite database", _EXPORT),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture", _EXPORT),
    (rb"\{\\rtf", "a text document", _EXPORT),
)
_TEXTS: tuple[tuple[str, str, str], ...] = (
    (r"<!doctype html|<html", "a web page, whatever it is called", _EXPORT),
    (r"<[?!\w]", "an XML file, but no camt statement", _EXPORT),
    (r"0[0-3],[^\r\n]*/(?:\s|\Z)", "a piece of a BAI2 file", "Export it again, whole."),
)


class ForeignFile(FileFormat):
    name = "foreign"
    order = 20

    def sniff(self, head: bytes) -> bool:
        return _kind_of(head) is not None

    def detect(self, path: Path) -> Detection:
        self._refuse(path)

    def reader(self, path: Path, _mapping: Mapping) -> NoReturn:
        self._refuse(path)

    def _refuse(self, path: Path) -> NoReturn:
        with path.open("rb") as stream:
            what, advice = _kind_of(stream.read(1 << 16)) or ("of another kind", _EXPORT)
        raise UnreadableFileError(path.name, f"this is {what}, which is not read. {advice}")


def _kind_of(head: bytes) -> tuple[str, str] | None:
    for signature, what, advice in _SIGNATURES:
        if re.match(signature, head):
            return what, advice
    text = _text(head)
    if any(_SWIFT.match(line) for line in text[:_START].splitlines()[:_LINES]):
        return "a piece of an MT940 or MT942 statement", "Export it again, whole."
    for pattern, what, advice in _TEXTS:
        if re.match(pattern, text, re.IGNORECASE):
            return what, advice
    return None


def _text(head: bytes) -> str:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and head[:1] == b"<" and head[1:2] == b"\0":
        return head.decode("utf-16-le", "ignore")
    return head.decode("utf-16" if wide else "utf-8-sig", "ignore").lstrip()
