"""A file's import and those that correct it: together they are what the file says by now."""

from collections.abc import Iterable
from pathlib import Path

from cqrs import ConflictError
from reconciliation.models import Import
from reconciliation.storage import Storage


class AmendsNothingError(ConflictError):
    """The import that the file corrects is not committed any more."""


def root_of(found: Import) -> int:
    """The import of the file itself."""
    return found.parent_id or found.pk


def family_of(found: Import, committed: Iterable[Import]) -> list[Import]:
    """Of the source's committed imports, those that an amendment replaces. Raises where the file's is not there."""
    root = root_of(found)
    family = [other for other in committed if root in (other.pk, other.parent_id) and other.pk != found.pk]
    if not any(other.pk == root for other in family):
        raise AmendsNothingError(found.file_name)
    return family


def stated_besides(others: Iterable[Import], storage: Storage) -> list[Path]:
    """What these files, outside of the family, repeat of their source."""
    return [storage.path(other.duplicates_key) for other in others if other.duplicates_key]
