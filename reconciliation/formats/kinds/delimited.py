"""Text with a delimiter: CSV, TSV and their dialects."""

from pathlib import Path

from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.text.dialects import Dialect, choose_dialect
from reconciliation.formats.text.encodings import EncodingChoice, choose_encoding
from reconciliation.formats.text.table import DelimitedTable, beginning_of


class DelimitedText(FileFormat):
    """The last to be asked: what no other format claims and is text may be a table."""

    name = "csv"
    order = 90

    def sniff(self, head: bytes) -> bool:
        return bool(head)

    def detect(self, path: Path) -> Detection:
        encoding = choose_encoding(path)
        beginning = beginning_of(path, encoding.name)
        if not beginning.strip():
            raise UnreadableFileError(path.name, "there is nothing in the file but blanks. Export it again.")
        dialect = choose_dialect(beginning)
        if dialect is None:
            message = "no table was found in it: no comma, semicolon, tab or bar divides its lines into columns."
            raise UnreadableFileError(path.name, message)
        start = Mapping(format=self.name, encoding=encoding.name, delimiter=dialect.delimiter, quote=dialect.quote)
        return Proposal(DelimitedTable(path, start), start, _evidence(encoding, dialect)).detection()

    def redetect(self, path: Path, start: Mapping, *, keep_header: bool) -> Detection:
        evidence = [
            Evidence(decision="encoding", choice=start.encoding, because="it is given", confidence=100),
            Evidence(decision="delimiter", choice=start.delimiter, because="it is given", confidence=100),
        ]
        return Proposal(DelimitedTable(path, start), start, evidence, keep_header=keep_header).detection()

    def reader(self, path: Path, mapping: Mapping) -> TableReader:
        return TableReader(DelimitedTable(path, mapping), mapping)


def _evidence(encoding: EncodingChoice, dialect: Dialect) -> list[Evidence]:
    return [
        Evidence(
            decision="encoding",
            choice=encoding.name,
            because=encoding.because,
            confidence=encoding.confidence,
            alternatives=encoding.alternatives,
        ),
        Evidence(decision="delimiter", choice=dialect.shown, because=dialect.because, confidence=dialect.confidence),
    ]
