"""One line more of a file that is imported already: is it new, or is it what the source has?"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.intake.fingerprint import with_fingerprints
from reconciliation.intake.identity import Identified, identify
from reconciliation.intake.verdicts import KnownFile

_IDENTITY = ["key", "fingerprint", "occurrence"]


@dataclass(frozen=True)
class Occurrences:
    """How often the source has a line's content, and how often the line's own file states it so far."""

    known: int
    stated: int


def identify_line(
    line: pa.Table, own: Sequence[KnownFile], others: Sequence[KnownFile], stated_besides: pa.Table | None
) -> Identified:
    """`own` are the records of its file; `stated_besides` those lines of it that were known before it came.

    Without a key the line is one occurrence more than its own file states without it: a twin of a line beside it is
    new, and the same line of an overlapping file is that one.
    """
    known = [*own, *others]
    if line["key"][0].is_valid:
        return identify(line, known)
    fingerprint = with_fingerprints(line)["fingerprint"][0].as_py()
    found = _occurrences(fingerprint, own, others, stated_besides)
    occurrence = found.stated + 1
    marked = line.append_column("fingerprint", pa.array([fingerprint]))
    marked = marked.append_column("occurrence", pa.array([occurrence], pa.int32()))
    is_new = found.known < occurrence
    return Identified(
        new=marked if is_new else marked.slice(0, 0),
        duplicates=line.slice(0, 0) if is_new else line,
        conflicting=line.slice(0, 0),
        conflicts=(),
    )


def _occurrences(
    fingerprint: str, own: Sequence[KnownFile], others: Sequence[KnownFile], stated_besides: pa.Table | None
) -> Occurrences:
    own_rows = [_equal(file.rows(_IDENTITY), fingerprint) for file in own]
    other_rows = [_equal(file.rows(_IDENTITY), fingerprint) for file in others]
    stated = sum(rows.num_rows for rows in own_rows)
    if stated_besides is not None:
        stated += _equal(stated_besides.select(_IDENTITY), fingerprint).num_rows
    highest = (pc.max(rows["occurrence"]).as_py() or 0 for rows in (*own_rows, *other_rows))
    return Occurrences(known=max(highest, default=0), stated=stated)


def _equal(rows: pa.Table, fingerprint: str) -> pa.Table:
    return rows.filter(pc.and_(pc.is_null(rows["key"]), pc.equal(rows["fingerprint"], pa.scalar(fingerprint))))


def highest_occurrence(fingerprint: str, known: Sequence[KnownFile]) -> int:
    """Of the records of this content, 0 where there is none."""
    found = (pc.max(_equal(file.rows(_IDENTITY), fingerprint)["occurrence"]).as_py() or 0 for file in known)
    return max(found, default=0)
