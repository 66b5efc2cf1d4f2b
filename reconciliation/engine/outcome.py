"""What a run finds, as Arrow tables."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine.errors import UnbalancedGroupError

GROUPS = pa.schema(
    [
        ("group", pa.int64()),
        ("status", pa.string()),
        ("pass_name", pa.string()),
        ("score", pa.int32()),
        ("currency", pa.string()),
        ("scale", pa.int8()),
        ("left_amount", pa.int64()),
        ("right_amount", pa.int64()),
        ("difference", pa.int64()),
        ("reasons", pa.string()),
        ("alternatives", pa.string()),
    ]
)
LEGS = pa.schema([("group", pa.int64()), ("side", pa.string()), ("record_id", pa.int64()), ("amount", pa.int64())])
ADJUSTMENTS = pa.schema(
    [
        ("group", pa.int64()),
        ("kind", pa.string()),
        ("amount", pa.int64()),
        ("scale", pa.int8()),
        ("reason", pa.string()),
    ]
)


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
    for side, sign in (("left", 1), ("right", -1)):
        mine = legs.filter(pc.equal(legs["side"], pa.scalar(side)))
        np.add.at(net, mine["group"].to_numpy(), mine["amount"].to_numpy() * sign)
    if not np.array_equal(net, groups["difference"].to_numpy()):
        raise UnbalancedGroupError("A group's difference is not that of its legs.")
    np.add.at(net, adjustments["group"].to_numpy(), adjustments["amount"].to_numpy())
    if net[pc.equal(groups["status"], pa.scalar("confirmed")).to_numpy()].any():
        raise UnbalancedGroupError("A confirmed group does not net to zero.")
    records = np.sort(legs["record_id"].to_numpy())
    if (records[1:] == records[:-1]).any():
        raise UnbalancedGroupError("A record is in two groups.")
