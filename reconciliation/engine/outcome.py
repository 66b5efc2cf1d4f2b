"""What a run finds, as Arrow tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine.errors import UnbalancedGroupError

_GROUPS: "list[pa.Field[Any]]" = [
    pa.field("group", pa.int64()),
    pa.field("status", pa.string()),
    pa.field("pass_name", pa.string()),
    pa.field("score", pa.int32()),
    pa.field("currency", pa.string()),
    pa.field("scale", pa.int8()),
    pa.field("left_amount", pa.int64()),
    pa.field("right_amount", pa.int64()),
    pa.field("difference", pa.int64()),
    pa.field("reasons", pa.string()),
    pa.field("alternatives", pa.string()),
    pa.field("rate", pa.string()),
    pa.field("rate_date", pa.date32()),
    pa.field("rate_source", pa.string()),
]
GROUPS = pa.schema(_GROUPS)
_LEGS: "list[pa.Field[Any]]" = [
    pa.field("group", pa.int64()),
    pa.field("side", pa.string()),
    pa.field("record_id", pa.int64()),
    pa.field("amount", pa.int64()),
]
LEGS = pa.schema(_LEGS)
_SPREAD = 16
MARKED_LEGS = pa.schema([*_LEGS, pa.field("allocated", pa.int64()), pa.field("closes", pa.bool_())])
_ADJUSTMENTS: "list[pa.Field[Any]]" = [
    pa.field("group", pa.int64()),
    pa.field("kind", pa.string()),
    pa.field("amount", pa.int64()),
    pa.field("scale", pa.int8()),
    pa.field("reason", pa.string()),
]
ADJUSTMENTS = pa.schema(_ADJUSTMENTS)


@dataclass(frozen=True)
class Outcome:
    """Groups with their legs and adjustment lines; amounts are minor units at the group's scale.

    A leg that uses a part of its record says which: `allocated`, in the record's own currency and sign, and whether the
    group `closes` the record once it is confirmed. Across currencies a group's `rate` made the right amounts what they
    are.
    `stages` are names and seconds, `notes` what the user should know about limits that were met.
    """

    groups: pa.Table
    legs: pa.Table
    adjustments: pa.Table
    stages: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()


def check_balanced(groups: pa.Table, legs: pa.Table, adjustments: pa.Table) -> None:
    """I1 and I2: a confirmed group nets to exactly zero, and one group at most uses a record up."""
    numbers, amounts = legs["group"].to_numpy(), legs["amount"].to_numpy()
    left = pc.equal(legs["side"], pa.scalar("left")).to_numpy()
    has_left = np.zeros(groups.num_rows, np.bool_)
    has_left[numbers[left]] = True
    net = np.zeros(groups.num_rows, np.int64)
    np.add.at(net, numbers, np.where(left | ~has_left[numbers], amounts, -amounts))
    if not np.array_equal(net, groups["difference"].to_numpy()):
        raise UnbalancedGroupError("A group's difference is not that of its legs.")
    np.add.at(net, adjustments["group"].to_numpy(), adjustments["amount"].to_numpy())
    if net[pc.equal(groups["status"], pa.scalar("confirmed")).to_numpy()].any():
        raise UnbalancedGroupError("A confirmed group does not net to zero.")
    if _repeats(legs["record_id"].to_numpy()[legs["closes"].to_numpy()]):
        raise UnbalancedGroupError("A record is in two groups.")


def _repeats(ids: npt.NDArray[np.int64]) -> bool:
    """Whether a number comes twice: by a flag each where they stand close together, else by sorting."""
    if not len(ids):
        return False
    first, last = int(ids.min()), int(ids.max())
    if last - first > _SPREAD * len(ids):
        ids = np.sort(ids)
        return bool((ids[1:] == ids[:-1]).any())
    seen = np.zeros(last - first + 1, np.bool_)
    seen[ids - first] = True
    return int(np.count_nonzero(seen)) < len(ids)
