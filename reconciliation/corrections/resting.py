"""Which imports of a source rest on one another, so that one of them cannot go, or come back, alone."""

from collections.abc import Iterable
from pathlib import Path

from cqrs import ConflictError
from reconciliation.corrections.known import committed, known_files
from reconciliation.intake.doubts import compared
from reconciliation.models import Import, ImportKind, ImportStatus
from reconciliation.storage import Storage


class AmendedSinceError(ConflictError):
    """A corrected file has taken the place of this one. Withdraw that one first."""


class OthersRestOnItError(ConflictError):
    """Another file repeats lines of this one, which would be lost with it. Withdraw that one first, then import it
    again.
    """


class CameBackMeanwhileError(ConflictError):
    """Another file has brought lines of this one since: they would be there twice. Withdraw that one first."""


def require_newest(found: Import) -> None:
    """No amendment of the same file came after it."""
    root = found.parent_id or found.pk
    later = Import.objects.filter(
        parent_id=root, kind=ImportKind.AMENDMENT, status=ImportStatus.COMMITTED, pk__gt=found.pk
    )
    if (newest := later.order_by("-pk").first()) is not None:
        raise AmendedSinceError(newest.file_name)


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
        rows = compared(storage.path(found.snapshot_key), known)
        came = rows.filter(rows["against_record"].is_valid())
        if came.num_rows:
            raise CameBackMeanwhileError(f"{came['against_file'][0]} has {came.num_rows} of its lines.")
