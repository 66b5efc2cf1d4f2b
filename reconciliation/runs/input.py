"""Everything that a run reads, as of one moment."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from projects.ids import ProjectId
from reconciliation.engine import SideInput, Snapshot
from reconciliation.ids import Side
from reconciliation.models import Import, ImportStatus, Run
from reconciliation.models.id_column import Ids
from reconciliation.rules import RuleSet
from reconciliation.runs.sides import (
    Brought,
    brought_in,
    confirmed_among,
    confirmed_records,
    never_pairs,
    open_side,
    refused_groups,
    retired_records,
    used_in_part,
)
from reconciliation.storage import Storage


@dataclass(frozen=True)
class RunInput:
    brought: tuple[Brought, ...]
    left: SideInput
    right: SideInput
    never: pa.Table
    refused: pa.Table
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
        refused=refused_groups(project_id),
        rules=RuleSet.from_document(run.rule_set.document),
    )


def decided_since(run: Run, read: RunInput, found: Ids) -> Ids:
    """Those of the records found that people matched or kept apart after the run read its input: theirs is the last
    word (I11). Records of others may be among them.
    """
    project_id = ProjectId(run.project_id)
    matched = _matched_since(project_id, read, found)
    in_part = [
        np.array([row[0] for row in _rows(used_in_part(project_id, side)) ^ _rows(before)], np.int64)
        for side, before in ((Side.LEFT, read.left.used), (Side.RIGHT, read.right.used))
    ]
    kept_apart = _pairs(never_pairs(project_id)) - _pairs(read.never)
    before = set(read.refused["refusal"].to_pylist())
    refused = [leg["record_id"] for leg in refused_groups(project_id).to_pylist() if leg["refusal"] not in before]
    apart = np.array([*(record_id for pair in kept_apart for record_id in pair), *refused], np.int64)
    return np.unique(np.concatenate([*matched, *in_part, apart, *_gone_since(project_id, read)]))


def _matched_since(project_id: ProjectId, read: RunInput, found: Ids) -> list[Ids]:
    """By looking up what was found or by reading what is confirmed, whichever is less."""
    before = [taken.to_numpy(zero_copy_only=False) for taken in (read.left.taken, read.right.taken)]
    if len(found) <= sum(map(len, before)):
        return [confirmed_among(project_id, found)]
    return [
        np.setdiff1d(confirmed_records(project_id, side), taken)
        for side, taken in zip((Side.LEFT, Side.RIGHT), before, strict=True)
    ]


def _gone_since(project_id: ProjectId, read: RunInput) -> list[Ids]:
    """The records that a corrected file replaced, and those of imports that were withdrawn."""
    standing = Import.objects.filter(project_id=project_id, status=ImportStatus.COMMITTED)
    firsts = set(standing.values_list("first_record_id", flat=True))
    withdrawn = [snapshot for _, snapshot in read.brought if snapshot.first_record_id not in firsts]
    blocks = [np.arange(_rows_of(snapshot)) + snapshot.first_record_id for snapshot in withdrawn]
    return [np.setdiff1d(retired_records(project_id), read.left.taken.to_numpy(zero_copy_only=False)), *blocks]


def _rows_of(snapshot: Snapshot) -> int:
    with pq.ParquetFile(snapshot.path) as file:
        return int(file.metadata.num_rows)


def _rows(table: pa.Table) -> set[tuple[Any, ...]]:
    return set(zip(*(values.to_pylist() for values in table.columns), strict=True))


def _pairs(never: pa.Table) -> set[tuple[int, int]]:
    return {(pair["left_id"], pair["right_id"]) for pair in never.to_pylist()}
