"""What a run reads."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa


def _nothing() -> pa.Int64Array:
    return pa.array([], pa.int64())


@dataclass(frozen=True)
class Snapshot:
    """One import as Parquet; a record's id is `first_record_id` plus its row."""

    path: Path
    first_record_id: int


@dataclass(frozen=True)
class SideInput:
    """The snapshots of one side; `taken` are ids that are not open, because a confirmed group has them."""

    snapshots: tuple[Snapshot, ...]
    taken: pa.Int64Array = field(default_factory=_nothing)
