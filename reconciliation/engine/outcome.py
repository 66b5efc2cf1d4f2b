"""What a run finds, as Arrow tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
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
]
GROUPS = pa.schema(_GROUPS)
_LEGS: "list[pa.Field[Any]]" = [
    pa.field("group", pa.int64()),
    pa.field("side", pa.string()),
    pa.field("record_id", pa.int64()),
    pa.field("amount", pa.int64()),
]
LEGS = pa.schema(_LEGS)
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

    `stages` are names and seconds, `notes` what the user should know about limits that were met.
    """

    groups: pa.Table
    legs: pa.Table
    adjustments: pa.Table
    stages: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()


def check_balanced(groups: pa.Table, legs: pa.Table, adjustments: pa.Table) -> None:
    """I2: a confirmed group nets to exactly zero. A record is in one group."""
    net = np.zeros(groups.num_rows, np.int64)
    amounts = legs["amount"].to_numpy()
    mine = pc.equal(legs["side"], pa.scalar("left")).to_numpy()
    np.add.at(net, legs["group"].to_numpy(), np.where(mine, amounts, -amounts))
    if not np.array_equal(net, groups["difference"].to_numpy()):
        raise UnbalancedGroupError("A group's difference is not that of its legs.")
    np.add.at(net, adjustments["group"].to_numpy(), adjustments["amount"].to_numpy())
    if net[pc.equal(groups["status"], pa.scalar("confirmed")).to_numpy()].any():
        raise UnbalancedGroupError("A confirmed group does not net to zero.")
    records = np.sort(legs["record_id"].to_numpy())
    if (records[1:] == records[:-1]).any():
        raise UnbalancedGroupError("A record is in two groups.")
