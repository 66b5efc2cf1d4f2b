"""QIF, the exchange format of home accounting: `D`, `T`, `P` lines, one entry up to each `^`."""

import re
from collections.abc import Iterator
from pathlib import Path

from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.rows import RowTable
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.rows import Row

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*!(?:Type|Account|Option)\b", re.IGNORECASE)
_FIELDS = {"D": "Date", "T": "Amount", "P": "Payee", "M": "Memo", "N": "Number", "L": "Category", "C": "Cleared"}
_ENTRY = {"D", "T"}  # each stands once in an entry
_INVESTMENTS = re.compile(r"!Type:\s*Invst", re.IGNORECASE)
_LISTS = re.compile(r"!(?:Account|Type:\s*(?:Cat|Class|Memorized|Prices|Security))", re.IGNORECASE)
_LARGEST = 200 << 20
_APOSTROPHE_YEAR = re.compile(r"['\u2019]\s*(\d{2})$")


class Qif(FileFormat):
    name = "qif"
    order = 15

    def sniff(self, head: bytes) -> bool:
        return _BEGINNING.match(head) is not None

    def detect(self, path: Path) -> Detection:
        encoding = choose_encoding(path)
        evidence = Evidence(decision="format", choice="qif", because="it begins with !Type", confidence=99)
        start = Mapping(format=self.name, encoding=encoding.name, delimiter="", quote="")
        return Proposal(_table(path, encoding.name), start, [evidence]).detection()

    def reader(self, path: Path, mapping: Mapping) -> TableReader:
        table = _table(path, mapping.encoding)
        reader = TableReader(table, mapping)
        reader.accounts.count("preamble", table.lines - sum(row.span for row in table.rows))
        return reader


def _table(path: Path, encoding: str) -> RowTable:
    if path.stat().st_size > _LARGEST:
        raise UnreadableFileError(path.name, "a QIF file of more than 200 MB is not read. Export fewer days at once.")
    text = path.read_text(encoding=encoding, errors="replace")
    if _INVESTMENTS.search(text):
        raise UnreadableFileError(path.name, "it holds trades of securities, which are no payments.")
    header, lines = Row(0, 0, tuple(_FIELDS.values())), text.removesuffix("\n").split("\n")
    if not text.endswith("\n") and not lines[-1].startswith(("^", "!")):
        raise UnreadableFileError(path.name, "the file is cut off within an entry. Export it again.", line=len(lines))
    entries = list(_entries(path.name, lines))
    if not entries:
        raise UnreadableFileError(path.name, "there is no entry in it. Ask for the transactions of an account.")
    return RowTable(path.name, [header, *entries], len(lines))


def _entries(name: str, lines: list[str]) -> Iterator[Row]:
    """Split lines (`S`, `E`, `$`) tell what an entry is made of; its amount stands in `T`."""
    cells: dict[str, str] = {}
    start, in_list = 1, False
    for number, line in enumerate(lines, 1):
        code, value = line[:1].upper(), line[1:].strip()
        if not in_list and _ENTRY & cells.keys() and (code == "!" or code in _ENTRY & cells.keys()):
            message = "another entry begins before this one is closed: the ^ between two entries is missing."
            raise UnreadableFileError(name, message, line=number)
        if code == "!":
            in_list = _LISTS.match(line) is not None
            cells, start = {}, number + 1
        elif code == "^":
            if cells and not in_list:
                yield _row(start, number, cells)
            cells, start = {}, number + 1
        elif code in _FIELDS or code == "U":
            cells[code] = f"{cells[code]} {value}" if code in cells else value
    if cells and not in_list:
        yield _row(start, len(lines), cells)


def _row(start: int, end: int, cells: dict[str, str]) -> Row:
    day = _APOSTROPHE_YEAR.sub(r"/20\1", cells.get("D", "")).replace(" ", "")
    known = {**cells, "D": day, "T": cells.get("T") or cells.get("U", "")}
    return Row(start, end - start + 1, tuple(known.get(code, "") for code in _FIELDS))
