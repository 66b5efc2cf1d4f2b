"""A file read with a mapping before anything is committed: what a person checks the mapping against."""

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconciliation.formats import Mapping, Reading, RejectedLine, UnreadableFileError, read
from reconciliation.intake.documents import accounting_document, balances_document
from reconciliation.intake.quality import measured

WHOLE_FILE = 4 * 2**20
HEAD = 2**18
SAMPLED_FORMATS = frozenset({"csv"})


@dataclass(frozen=True)
class Trial:
    """What would come of the file; of a large one, what comes of its head (`is_whole` is false, a warning says so)."""

    mapping: Mapping
    reading: Reading
    is_whole: bool

    def columns(self) -> dict[str, Any]:
        """By the names of the import's columns."""
        return {
            "format": self.mapping.format,
            "encoding": self.mapping.encoding,
            "mapping": self.mapping.to_document(),
            "header": list(self.mapping.headers),
            "preview": [asdict(row) for row in self.reading.preview],
            "reading_warnings": self.warnings(),
            "accounting": accounting_document(self.reading.accounting) if self.is_whole else [],
            "balances": balances_document(self.reading) if self.is_whole else [],
            "records": self.reading.records.num_rows if self.is_whole else 0,
            "rejected": len(self.rejected_lines),
            "duplicates": 0,
            "quality": self.quality(),
        }

    def quality(self) -> dict[str, Any]:
        """Of a whole file; of its head nothing can be said."""
        if not self.is_whole:
            return {}
        today = datetime.now(UTC).date()
        return measured(self.reading.records, self.mapping, self.reading.rejected, 0, today)

    @property
    def rejected_lines(self) -> tuple[RejectedLine, ...]:
        return self.reading.rejected if self.is_whole else ()

    def warnings(self) -> list[str]:
        if self.is_whole:
            return list(self.reading.warnings)
        return [f"The preview shows the first {HEAD // 1024} KB. Every line is counted when the import is committed."]


def try_out(path: Path, file_name: str, mapping: Mapping) -> Trial:
    with named(file_name):
        if path.stat().st_size <= WHOLE_FILE or mapping.format not in SAMPLED_FORMATS:
            return Trial(mapping, read(path, mapping), is_whole=True)
        with tempfile.TemporaryDirectory() as directory:
            head = Path(directory) / path.name
            head.write_bytes(_whole_lines(path, mapping.encoding))
            return Trial(mapping, read(head, mapping), is_whole=False)


def _whole_lines(path: Path, encoding: str) -> bytes:
    """The first lines of a file, as many as fit; decoded, because a line's end may take several bytes."""
    with path.open("rb") as source:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(source.read(HEAD))
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1].encode(encoding, "replace")


@contextmanager
def named(file_name: str) -> Iterator[None]:
    """Errors speak of the file by the person's name for it, not by its place in the storage."""
    try:
        yield
    except UnreadableFileError as error:
        raise UnreadableFileError(file_name, error.message, error.line, error.field) from error
