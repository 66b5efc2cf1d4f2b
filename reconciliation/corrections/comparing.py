"""A proposed amendment held against what its file says by now, line by line, before anything is committed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciliation.corrections.amending import Amendment
from reconciliation.corrections.known import committed
from reconciliation.formats import Mapping, read_into
from reconciliation.intake.amendment import Difference
from reconciliation.intake.doubts import row_at
from reconciliation.intake.spool import Spool
from reconciliation.intake.trial import named
from reconciliation.intake.verdicts import KnownFile
from reconciliation.models import Import
from reconciliation.storage import Storage

Line = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """The lines of both versions are read one by one, as a page of them is shown."""

    difference: Difference
    _lines: Path
    _known: Sequence[KnownFile]

    def new_line(self, number: int) -> Line:
        found: Line = row_at(self._lines, number).to_pylist()[0]
        return found

    def old_line(self, record_id: int) -> Line:
        """Of the newest block of ids that begins before it."""
        file = max(
            (file for file in self._known if file.first_record_id <= record_id), key=lambda file: file.first_record_id
        )
        found: Line = row_at(file.snapshot, record_id - file.first_record_id).to_pylist()[0]
        return found


@contextmanager
def compared_with_its_file(found: Import, storage: Storage) -> Iterator[Comparison]:
    """Reads the whole corrected file with its mapping."""
    amendment = Amendment(found, committed(found.source_id), storage)
    mapping = Mapping.from_document(found.mapping)
    with storage.new_file() as lines:
        with named(found.file_name), Spool(lines) as spool:
            read_into(spool, storage.path(found.original_key), mapping)
        known = amendment.known(lines)
        yield Comparison(amendment.found_difference, lines, known)
