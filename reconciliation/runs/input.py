"""Everything that a run reads, as of one moment."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from projects.ids import ProjectId
from reconciliation.engine import SideInput
from reconciliation.ids import Side
from reconciliation.models import Run
from reconciliation.rules import RuleSet
from reconciliation.runs.sides import Brought, Ids, brought_in, confirmed_records, never_pairs, open_side, used_in_part
from reconciliation.storage import Storage


@dataclass(frozen=True)
class RunInput:
    brought: tuple[Brought, ...]
    left: SideInput
    right: SideInput
    never: pa.Table
    rules: RuleSet


def run_input(run: Run, storage: Storage) -> RunInput:
    project_id = ProjectId(run.project_id)
    left = brought_in(project_id, Side.LEFT, storage, run.left_source_id)
    right = brought_in(project_id, Side.RIGHT, storage, run.right_source_id)
    return RunInput(
        brought=(*left, *right),
        left=open_side(project_id, Side.LEFT, left),
        right=open_side(project_id, Side.RIGHT, right),
        never=never_pairs(project_id),
        rules=RuleSet.from_document(run.rule_set.document),
    )


def decided_since(run: Run, read: RunInput) -> Ids:
    """The records that people matched or kept apart after the run read its input: theirs is the last word (I11)."""
    project_id = ProjectId(run.project_id)
    matched = [
        np.setdiff1d(confirmed_records(project_id, side), taken.to_numpy(zero_copy_only=False))
        for side, taken in ((Side.LEFT, read.left.taken), (Side.RIGHT, read.right.taken))
    ]
    in_part = [
        np.array([row[0] for row in _rows(used_in_part(project_id, side)) ^ _rows(before)], np.int64)
        for side, before in ((Side.LEFT, read.left.used), (Side.RIGHT, read.right.used))
    ]
    kept_apart = _pairs(never_pairs(project_id)) - _pairs(read.never)
    apart = np.array([record_id for pair in kept_apart for record_id in pair], np.int64)
    return np.unique(np.concatenate([*matched, *in_part, apart]))


def _rows(table: pa.Table) -> set[tuple[Any, ...]]:
    return set(zip(*(values.to_pylist() for values in table.columns), strict=True))


def _pairs(never: pa.Table) -> set[tuple[int, int]]:
    return {(pair["left_id"], pair["right_id"]) for pair in never.to_pylist()}
