"""Which imports of a source rest on one another, so that one of them cannot go, or come back, alone."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from cqrs import ConflictError
from reconciliation.corrections.families import family_of, root_of
from reconciliation.corrections.known import committed, known_files
from reconciliation.intake.doubts import compared
from reconciliation.models import Import, ImportKind, ImportStatus, Record, RetiredRecord
from reconciliation.storage import Storage


class AmendedSinceError(ConflictError):
    """A corrected file has taken the place of this one. Correct that one, or withdraw it first."""


class OthersRestOnItError(ConflictError):
    """Another file repeats lines of this one, which would be lost with it. Withdraw that one first, then import it
    again.
    """


class CameBackMeanwhileError(ConflictError):
    """Another file has brought lines of this one since: they would be there twice. Withdraw that one first."""


class FamilyChangedError(ConflictError):
    """What the file corrects is not what it was any more. Upload the corrected file again instead."""


def require_newest(found: Import) -> None:
    """No amendment of the same file was committed after it, whichever was proposed first."""
    later = Import.objects.filter(
        parent_id=root_of(found),
        kind=ImportKind.AMENDMENT,
        status=ImportStatus.COMMITTED,
        committed_at__gte=found.committed_at,
    ).exclude(pk=found.pk)
    if (newest := later.order_by("-committed_at").first()) is not None:
        raise AmendedSinceError(newest.file_name)


def require_family_as_before(amendment: Import) -> None:
    """All that it retires stands, and no line of the file was corrected since: it was compared with just that."""
    retired = RetiredRecord.objects.filter(import_id=amendment.pk)
    standing = Record.objects.published(amendment.project_id).filter(pk__in=retired.values("record_id"))
    corrected = Import.objects.filter(
        parent_id=amendment.parent_id,
        kind=ImportKind.CORRECTION,
        status=ImportStatus.COMMITTED,
        committed_at__gte=amendment.committed_at,
    )
    if standing.count() < amendment.retired or corrected.exists():
        raise FamilyChangedError(amendment.file_name)


def require_nothing_rests_on(blocks: Iterable[Import], storage: Storage) -> None:
    own = list(blocks)
    known = known_files(own, storage)
    others = [other for other in committed(own[0].source_id) if other.duplicates_key and other not in own]
    for other in others if known else ():
        _refuse(other.file_name, storage.path(other.duplicates_key), known_of=own, storage=storage)


def _refuse(file_name: str, duplicates: Path, known_of: list[Import], storage: Storage) -> None:
    rows = compared(duplicates, known_files(known_of, storage))
    repeated = rows.num_rows - rows["against_record"].null_count
    if repeated:
        raise OthersRestOnItError(f"{file_name} repeats {repeated} of its lines.")


def require_none_came_back(blocks: Iterable[Import], storage: Storage) -> None:
    """Once they are committed again: beside each of their records no other one is the same."""
    own = [found for found in blocks if found.records]
    others = [other for other in committed(own[0].source_id) if other not in own] if own else []
    known = known_files(others, storage)
    for found in own if known else ():
        _refuse_twins(compared(storage.path(found.snapshot_key), known))


def require_none_comes_twice(amendment: Import, storage: Storage) -> None:
    """Once it is withdrawn: beside each of the records that it had retired no other one is the same."""
    earlier = committed(amendment.source_id)
    family = family_of(amendment, earlier)
    known = known_files([other for other in earlier if other not in family], storage)
    retired = RetiredRecord.objects.filter(import_id=amendment.pk)
    back = pa.array(retired.values_list("record_id", flat=True), pa.int64())
    for found in (other for other in family if other.records and known):
        rows = compared(storage.path(found.snapshot_key), known)
        ids = pc.add(rows["place"], pa.scalar(found.first_record_id, pa.int64()))
        _refuse_twins(rows.filter(pc.is_in(ids, back)))


def _refuse_twins(rows: pa.Table) -> None:
    came = rows.filter(rows["against_record"].is_valid())
    if came.num_rows:
        raise CameBackMeanwhileError(f"{came['against_file'][0]} has {came.num_rows} of its lines.")
