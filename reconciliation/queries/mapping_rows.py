"""Versions of a source's mapping, and what differs between two of them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from reconciliation.formats import InvalidMappingError, Mapping
from reconciliation.intake.differences import differences
from reconciliation.models import Source, SourceMapping


@dataclass(frozen=True, kw_only=True)
class DifferenceRow:
    """One decision, `fields.amount` for that of a field, in words; empty where it is not decided."""

    decision: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class MappingVersionRow:
    """`differences` are those from the version before; the first has none."""

    version: int
    created_by: str
    created_at: datetime
    document: dict[str, Any]
    differences: tuple[DifferenceRow, ...]


def difference_rows(before: dict[str, Any] | None, after: dict[str, Any]) -> tuple[DifferenceRow, ...]:
    """None where one of the two was saved by a release whose mappings this one cannot read."""
    if before is None:
        return ()
    try:
        found = differences(Mapping.from_document(before), Mapping.from_document(after))
    except InvalidMappingError as error:
        return (DifferenceRow(decision="mapping", before=str(error), after=""),)
    return tuple(DifferenceRow(decision=row.decision, before=row.before, after=row.after) for row in found)


def version_rows(source: Source) -> tuple[MappingVersionRow, ...]:
    """Newest first."""
    versions = [*source.mappings.order_by("-version"), None]
    return tuple(_version_row(saved, before) for saved, before in pairwise(versions) if saved)


def _version_row(saved: SourceMapping, before: SourceMapping | None) -> MappingVersionRow:
    return MappingVersionRow(
        version=saved.version,
        created_by=saved.created_by,
        created_at=saved.created_at,
        document=saved.document,
        differences=difference_rows(before.document if before else None, saved.document),
    )
