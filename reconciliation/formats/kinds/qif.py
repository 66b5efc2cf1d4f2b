"""QIF, the exchange format of home accounting: `D`, `T`, `P` lines, one entry up to each `^`."""

import re
from pathlib import Path

from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.kept import Kept
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat, Progress
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.rows import StreamedRows
from reconciliation.formats.statements.qif import Entries
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.lines import ends_whole, lines_of

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*!(?:Type|Account|Option)\b", re.IGNORECASE)


class Qif(FileFormat):
    name = "qif"
    order = 15

    def sniff(self, head: bytes) -> bool:
        return _BEGINNING.match(head) is not None

    def detect(self, path: Path) -> Detection:
        encoding = choose_encoding(path)
        evidence = Evidence(decision="format", choice="qif", because="it begins with !Type", confidence=99)
        start = Mapping(format=self.name, encoding=encoding.name, delimiter="", quote="")
        return Proposal(_table(_entries(path, encoding.name)), start, [evidence]).detection()

    def reader(self, path: Path, mapping: Mapping) -> TableReader:
        return _Reader(_entries(path, mapping.encoding), mapping)


class _Reader(TableReader):
    """Lines of lists and of their heads are no entries."""

    def __init__(self, entries: Entries, mapping: Mapping) -> None:
        super().__init__(_table(entries), mapping)
        self._entries = entries

    def _blocks(self, kept: Kept, on_progress: Progress) -> None:
        super()._blocks(kept, on_progress)
        self.accounts.count("preamble", self._entries.others)


def _entries(path: Path, encoding: str) -> Entries:
    return Entries(path.name, lambda: lines_of(path, encoding), ends_whole=ends_whole(path))


def _table(entries: Entries) -> StreamedRows:
    table = StreamedRows(entries.name, entries.rows)
    if len(table.head()) == 1:
        raise UnreadableFileError(entries.name, "there is no entry in it. Ask for the transactions of an account.")
    return table
