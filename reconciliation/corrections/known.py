"""What a source has, as the identity of new lines is found against it."""

from collections.abc import Iterable

import numpy as np

from reconciliation.intake.verdicts import KnownFile
from reconciliation.models import Import, ImportStatus, RetiredRecord
from reconciliation.storage import Storage

Ids = np.ndarray[tuple[int], np.dtype[np.int64]]


def committed(source_id: int) -> list[Import]:
    """In the order in which they came."""
    return list(Import.objects.filter(source_id=source_id, status=ImportStatus.COMMITTED).order_by("pk"))


def known_files(imports: Iterable[Import], storage: Storage) -> list[KnownFile]:
    """Their snapshots, without the records that a corrected file has retired. Imports without records have none."""
    held = [found for found in imports if found.records]
    retired = _retired(held)
    return [
        KnownFile(
            file_name=found.file_name,
            snapshot=storage.path(found.snapshot_key),
            first_record_id=found.first_record_id or 0,
            retired=tuple(_rows(found, retired)),
        )
        for found in held
    ]


def _retired(imports: list[Import]) -> Ids:
    """In ascending order."""
    if not imports:
        return np.empty(0, np.int64)
    effective = RetiredRecord.objects.effective(imports[0].project_id).order_by("record_id")
    return np.fromiter(effective.values_list("record_id", flat=True).iterator(), np.int64)


def _rows(found: Import, retired: Ids) -> Iterable[int]:
    first = found.first_record_id or 0
    start, end = np.searchsorted(retired, (first, first + found.records))
    rows: list[int] = (retired[start:end] - first).tolist()
    return rows
