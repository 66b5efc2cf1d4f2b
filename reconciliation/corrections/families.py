"""A file's import and those that correct it: together they are what the file says by now."""

from collections.abc import Iterable
from pathlib import Path

from cqrs import ConflictError
from reconciliation.models import Import
from reconciliation.storage import Storage


class AmendsNothingError(ConflictError):
    """The import that the file corrects was withdrawn. Reinstate it, or upload the file by itself."""


def root_of(found: Import) -> int:
    """The import of the file itself; a line may have been corrected in an amendment of it."""
    parent = found.parent
    return found.pk if parent is None else parent.parent_id or parent.pk


def family_of(found: Import, committed: Iterable[Import]) -> list[Import]:
    """Of the source's committed imports, those that an amendment replaces. Raises where the file's is not there."""
    root = root_of(found)
    listed = list(committed)
    files = {root, *(other.pk for other in listed if other.parent_id == root)}
    if root not in {other.pk for other in listed}:
        raise AmendsNothingError(found.file_name)
    return [other for other in listed if other.pk != found.pk and not files.isdisjoint((other.pk, other.parent_id))]


def stated_besides(others: Iterable[Import], storage: Storage) -> list[Path]:
    """What these files, outside of the family, repeat of their source."""
    return [storage.path(other.duplicates_key) for other in others if other.duplicates_key]
