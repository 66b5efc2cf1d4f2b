"""One side of the comparison as the engine reads it: the snapshots of its imports, and what of them is not open."""

import numpy as np
import pyarrow as pa

from projects.ids import ProjectId
from reconciliation.engine import SideInput, Snapshot
from reconciliation.ids import Side
from reconciliation.models import Import, ImportStatus, MatchLeg, NeverPair
from reconciliation.storage import Storage

ROWS_AT_ONCE = 50_000
Ids = np.ndarray[tuple[int], np.dtype[np.int64]]


def side_input(project_id: ProjectId, side: Side, storage: Storage, source_id: int | None = None) -> SideInput:
    """Every committed import of the side, or of its one source, in a fixed order (I7)."""
    imports = Import.objects.filter(
        project_id=project_id, status=ImportStatus.COMMITTED, source__side=side, records__gt=0
    )
    if source_id is not None:
        imports = imports.filter(source_id=source_id)
    snapshots = tuple(
        Snapshot(storage.path(found.snapshot_key), found.first_record_id or 0)
        for found in imports.only("snapshot_key", "first_record_id").order_by("first_record_id")
    )
    return SideInput(snapshots, pa.array(confirmed_records(project_id, side), pa.int64()))


def confirmed_records(project_id: ProjectId, side: Side) -> Ids:
    legs = MatchLeg.objects.of_project(project_id).filter(side=side, confirmed=True)
    return np.fromiter(legs.values_list("record_id", flat=True).iterator(ROWS_AT_ONCE), np.int64)


def never_pairs(project_id: ProjectId) -> pa.Table:
    pairs = NeverPair.objects.filter(project_id=project_id).order_by("id")
    rows = list(pairs.values_list("left_record_id", "right_record_id"))
    left, right = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"left_id": pa.array(left, pa.int64()), "right_id": pa.array(right, pa.int64())})
