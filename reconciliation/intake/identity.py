"""Which lines of a file a source does not have yet.

A line with a key is known by its account and key. A line without one is known by its fingerprint and its occurrence:
the second of two equal lines is a real twin, and the same two lines in an overlapping file are those two again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.intake.fingerprint import with_fingerprints
from reconciliation.intake.verdicts import KnownFile, database, odd_lines


@dataclass(frozen=True)
class Conflict:
    """A line whose key is another line's already, though it says something else."""

    line: int
    reason: str


@dataclass(frozen=True)
class Identified:
    """The lines of a file by what becomes of them. `new` carries `fingerprint` and `occurrence` besides."""

    new: pa.Table
    duplicates: pa.Table
    conflicting: pa.Table
    conflicts: tuple[Conflict, ...]


def identify(records: pa.Table, known: Sequence[KnownFile]) -> Identified:
    """For few lines, which are in memory; a whole file's are told apart by `Spool`."""
    marked = with_fingerprints(records)
    with database(marked) as connection:
        odd = odd_lines(connection, known)
    occurrence = np.ones(records.num_rows, dtype=np.int32)
    occurrence[odd["i"].to_numpy()] = odd["occurrence"].to_numpy()
    marked = marked.append_column("occurrence", pa.array(occurrence))
    duplicates, conflicting = (of_verdict(odd, verdict) for verdict in ("duplicate", "conflict"))
    plain = np.ones(records.num_rows, dtype=np.bool_)
    plain[np.concatenate([duplicates["i"].to_numpy(), conflicting["i"].to_numpy()])] = False
    refused = records.take(conflicting["i"])
    return Identified(
        new=marked.filter(pa.array(plain)),
        duplicates=records.take(duplicates["i"]),
        conflicting=refused,
        conflicts=conflicts_of(refused, conflicting),
    )


def of_verdict(odd: pa.Table, verdict: str) -> pa.Table:
    return odd.filter(pc.equal(odd["verdict"], pa.scalar(verdict)))


def conflicts_of(conflicting: pa.Table, verdicts: pa.Table) -> tuple[Conflict, ...]:
    """Row for row: the refused lines, and what each of them contradicts."""
    lines = conflicting.select(["line", "key"]).to_pylist()
    others = verdicts.select(["against_line", "against_file"]).to_pylist()
    return tuple(Conflict(ours["line"], _reason(**ours, **theirs)) for ours, theirs in zip(lines, others, strict=True))


def _reason(line: int, key: str, against_line: int, against_file: str | None) -> str:
    where = f"line {against_line}"
    if against_file:
        where = f"{where} of {against_file}, which is imported already,"
    return f"The key {key!r} of line {line} is also the key of {where} with other content. One of the two is wrong."
