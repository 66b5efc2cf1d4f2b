"""Which lines of a file a source does not have yet.

A line with a key is known by its account and key. A line without one is known by its fingerprint and its occurrence:
the second of two equal lines is a real twin, and the same two lines in an overlapping file are those two again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.intake.verdicts import KnownFile, verdicts_on


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
    verdicts = verdicts_on(records, known)
    marked = records.append_column("fingerprint", verdicts["fingerprint"])
    marked = marked.append_column("occurrence", verdicts["occurrence"])
    conflict = _is(verdicts, "conflict")
    conflicting = records.filter(conflict)
    new = _is(verdicts, "new")
    return Identified(
        new=marked if pc.all(new).as_py() else marked.filter(new),
        duplicates=records.filter(_is(verdicts, "duplicate")),
        conflicting=conflicting,
        conflicts=_conflicts(conflicting, verdicts.filter(conflict)),
    )


def _is(verdicts: pa.Table, verdict: str) -> pa.BooleanArray:
    return pc.equal(verdicts["verdict"], pa.scalar(verdict))


def _conflicts(conflicting: pa.Table, verdicts: pa.Table) -> tuple[Conflict, ...]:
    lines = conflicting.select(["line", "key"]).to_pylist()
    others = verdicts.select(["against_line", "against_file"]).to_pylist()
    return tuple(Conflict(ours["line"], _reason(**ours, **theirs)) for ours, theirs in zip(lines, others, strict=True))


def _reason(line: int, key: str, against_line: int, against_file: str | None) -> str:
    where = f"line {against_line}"
    if against_file:
        where = f"{where} of {against_file}, which is imported already,"
    return f"The key {key!r} of line {line} is also the key of {where} with other content. One of the two is wrong."
