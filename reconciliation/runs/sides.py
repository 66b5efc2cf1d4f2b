"""One side of the comparison as the engine reads it: the snapshots of its imports, and what of them is not open."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from django.db.models import QuerySet

from projects.ids import ProjectId
from reconciliation.engine import SideInput, Snapshot
from reconciliation.engine.inputs import USED
from reconciliation.engine.negatives import REFUSED
from reconciliation.ids import Side
from reconciliation.models import Import, ImportStatus, MatchLeg, NeverPair, Record, RefusedLeg, RetiredRecord
from reconciliation.models.id_column import Ids, ids_among, ids_of
from reconciliation.models.parts import allocated_legs
from reconciliation.money import rescale
from reconciliation.storage import Storage

ROWS_AT_ONCE = 50_000
# A source's id and one of its imports.
Brought = tuple[int, Snapshot]


def side_input(project_id: ProjectId, side: Side, storage: Storage) -> SideInput:
    """All that was brought in on a side."""
    return open_side(project_id, side, brought_in(project_id, side, storage))


def open_side(project_id: ProjectId, side: Side, brought: Sequence[Brought]) -> SideInput:
    taken = pa.array(np.union1d(confirmed_records(project_id, side), retired_records(project_id)), pa.int64())
    return SideInput(tuple(snapshot for _, snapshot in brought), taken, used_in_part(project_id, side))


def brought_in(
    project_id: ProjectId, side: Side, storage: Storage, source_id: int | None = None
) -> tuple[Brought, ...]:
    """Every committed import of the side, or of its one source, in a fixed order (I7)."""
    imports = Import.objects.filter(
        project_id=project_id, status=ImportStatus.COMMITTED, source__side=side, records__gt=0
    )
    if source_id is not None:
        imports = imports.filter(source_id=source_id)
    return tuple(
        (
            found.source_id,
            Snapshot(
                storage.path(found.snapshot_key), found.first_record_id or 0, found.snapshot_key, found.source.name
            ),
        )
        for found in imports.select_related("source")
        .only("source", "source__name", "snapshot_key", "first_record_id")
        .order_by("first_record_id")
    )


def confirmed_records(project_id: ProjectId, side: Side) -> Ids:
    """Those that confirmed groups use up."""
    return ids_of(_closing_legs(project_id).filter(side=side), "record_id")


def confirmed_among(project_id: ProjectId, record_ids: Ids) -> Ids:
    """Those of these records, of either side, that confirmed groups use up."""
    return ids_among(_closing_legs(project_id), "record_id", record_ids)


def _closing_legs(project_id: ProjectId) -> QuerySet[MatchLeg]:
    return MatchLeg.objects.of_project(project_id).filter(confirmed=True, closes=True)


def retired_records(project_id: ProjectId) -> Ids:
    """Those of both sides that a corrected file has replaced."""
    return ids_of(RetiredRecord.objects.effective(project_id), "record_id")


def used_in_part(project_id: ProjectId, side: Side) -> pa.Table:
    """What confirmed groups use of the records that they leave open, by record."""
    legs = allocated_legs(project_id).filter(side=side)
    closed = set(legs.filter(closes=True).values_list("record_id", flat=True))
    used: dict[int, tuple[int, int]] = {}
    for record_id, allocated, scale in legs.values_list("record_id", "allocated", "scale").iterator(ROWS_AT_ONCE):
        if record_id not in closed:
            before, at = used.get(record_id, (0, scale))
            common = max(at, scale)
            used[record_id] = (rescale(before, at, common) + rescale(allocated or 0, scale, common), common)
    currency = dict(Record.objects.filter(id__in=legs.values("record_id")).values_list("id", "currency"))
    rows = [(record_id, currency[record_id], scale, amount) for record_id, (amount, scale) in sorted(used.items())]
    return pa.Table.from_pylist([dict(zip(USED.names, row, strict=True)) for row in rows], schema=USED)


def never_pairs(project_id: ProjectId) -> pa.Table:
    pairs = NeverPair.objects.filter(project_id=project_id).order_by("id")
    rows = list(pairs.values_list("left_record_id", "right_record_id"))
    left, right = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"left_id": pa.array(left, pa.int64()), "right_id": pa.array(right, pa.int64())})


def refused_groups(project_id: ProjectId) -> pa.Table:
    """The records of the groups that people refused as a whole."""
    legs = RefusedLeg.objects.filter(refused_group__project_id=project_id).order_by("id")
    rows = legs.values_list("refused_group_id", "side", "record_id")
    return pa.Table.from_pylist([dict(zip(REFUSED.names, row, strict=True)) for row in rows], schema=REFUSED)
