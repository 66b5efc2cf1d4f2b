"""What a run reads."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

_USED: "list[pa.Field[Any]]" = [
    pa.field("record_id", pa.int64()),
    pa.field("currency", pa.string()),
    pa.field("scale", pa.int8()),
    pa.field("used", pa.int64()),
]
USED = pa.schema(_USED)


def _nothing() -> pa.Int64Array:
    return pa.array([], pa.int64())


@dataclass(frozen=True)
class Snapshot:
    """One import as Parquet; a record's id is `first_record_id` plus its row.

    `key` names the same file in the storage, for an engine on other machines; `source` is what people call the source.
    """

    path: Path
    first_record_id: int
    key: str = ""
    source: str = ""


@dataclass(frozen=True)
class SideInput:
    """The snapshots of one side; `taken` are ids that are not open, because a confirmed group has them.

    `used` is what confirmed groups use of records that they leave open: `record_id`, `currency`, `used` as an integer
    at `scale`, with the record's own sign.
    """

    snapshots: tuple[Snapshot, ...]
    taken: pa.Int64Array = field(default_factory=_nothing)
    used: pa.Table = field(default_factory=USED.empty_table)
