"""One line of an imported file becomes a record after all: as an import of its own that belongs to the file's."""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cqrs import Actor, ConflictError
from reconciliation.corrections.known import committed, known_files
from reconciliation.corrections.resting import require_newest
from reconciliation.engine import with_keys
from reconciliation.intake.identity import Identified
from reconciliation.intake.one_line import identify_line
from reconciliation.intake.snapshot import write_snapshot
from reconciliation.models import IdBlock, Import, ImportKind, ImportStatus, Record, Source, Tally
from reconciliation.models.bulk import load
from reconciliation.models.record_table import record_table
from reconciliation.models.tallies import add, counted
from reconciliation.storage import Storage


class ImportNotCommittedError(ConflictError):
    """The import is not committed, or was withdrawn: only the lines of one that stands can be corrected."""


@dataclass(frozen=True)
class Correction:
    """Who adds a line to which import, and the document that keeps what was done."""

    parent: Import
    actor: Actor
    now: datetime
    evidence: dict[str, Any]


def lock_import(project_id: int, import_id: int) -> Import:
    """The import, and its source with it: nothing comes into the source until the transaction ends."""
    found = Import.in_project(project_id, import_id)
    Source.objects.select_for_update().get(pk=found.source_id)
    return Import.objects.select_for_update(of=("self",)).select_related("source").get(pk=found.pk)


def lock_newest(project_id: int, import_id: int) -> Import:
    """The import of a file, committed and not replaced by a corrected one, and its source."""
    found = lock_committed(project_id, import_id)
    require_newest(found)
    return found


def lock_committed(project_id: int, import_id: int) -> Import:
    """The import of a file, committed, and its source."""
    found = lock_import(project_id, import_id)
    if found.status != ImportStatus.COMMITTED or found.kind == ImportKind.CORRECTION:
        raise ImportNotCommittedError(found.file_name)
    return found


def identified(parent: Import, line: pa.Table, storage: Storage) -> Identified:
    """What the line is to the source, whose import is locked."""
    imports = committed(parent.source_id)
    own = [found for found in imports if parent.pk in (found.pk, found.parent_id)]
    others = [found for found in imports if parent.pk not in (found.pk, found.parent_id)]
    besides = pq.read_table(storage.path(parent.duplicates_key)) if parent.duplicates_key else None
    return identify_line(line, known_files(own, storage), known_files(others, storage), besides)


def add_line(correction: Correction, new: pa.Table, storage: Storage) -> Import:
    """`new` is the line with its identity, or nothing where the source has it already."""
    snapshot = with_keys(new)
    added = _saved(correction, snapshot.num_rows, storage)
    if snapshot.num_rows:
        with storage.new_file() as path:
            write_snapshot(snapshot, path)
            added.snapshot_key = storage.adopt(path).key
        added.first_record_id = IdBlock.reserve(IdBlock.RECORDS, 1)
        added.save(update_fields=["snapshot_key", "first_record_id"])
        load(Record, record_table(snapshot, added, added.first_record_id))
        add(added.project_id, Tally.State.TOTAL, counted(Record.objects.filter(pk=added.first_record_id)))
    return added


def _saved(correction: Correction, records: int, storage: Storage) -> Import:
    parent = correction.parent
    original = storage.put(io.BytesIO(json.dumps(correction.evidence, ensure_ascii=False, indent=2).encode()))
    return Import.objects.create(
        project_id=parent.project_id,
        source_id=parent.source_id,
        kind=ImportKind.CORRECTION,
        parent=parent,
        status=ImportStatus.COMMITTED,
        file_name=parent.file_name,
        sha256=original.sha256,
        size=original.size,
        original_key=original.key,
        format=parent.format,
        mapping=parent.mapping,
        header=parent.header,
        records=records,
        duplicates=1 - records,
        progress=100,
        uploaded_by=correction.actor.user_id,
        uploaded_by_name=correction.actor.name,
        created_at=correction.now,
        committed_at=correction.now,
    )
