"""A corrected file takes the place of an imported one: prepared in the background, seen all at once."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cqrs import event_bus
from reconciliation.corrections.families import family_of, root_of, stated_besides
from reconciliation.corrections.known import known_files
from reconciliation.corrections.refusals import carry_refusals
from reconciliation.corrections.regrouping import regroup
from reconciliation.events import FileAmended, ImportRequested
from reconciliation.ids import ImportId
from reconciliation.intake.amendment import ADDED, CHANGED, KEPT, UNCHANGED, WITHDRAWN, Difference, difference
from reconciliation.intake.verdicts import KnownFile
from reconciliation.models import Import, Record, RetiredRecord, Tally
from reconciliation.models.bulk import load
from reconciliation.models.import_claim import ImportClaim
from reconciliation.models.tallies import add, counted
from reconciliation.storage import Storage


class Overlap:
    """The usual file: what the source has already is not imported again."""

    def __init__(self, earlier: Sequence[Import], storage: Storage) -> None:
        self._known = known_files(earlier, storage)

    def known(self, _lines: Path) -> list[KnownFile]:
        return self._known


class Amendment:
    """One attempt at a corrected file, in the order of the methods."""

    def __init__(self, found: Import, earlier: Sequence[Import], storage: Storage) -> None:
        """`earlier` are the committed imports of the source."""
        self._found = found
        family = family_of(found, earlier)
        others = [other for other in earlier if other not in family]
        self._family = known_files(family, storage)
        self._others = known_files(others, storage)
        self._stated = stated_besides(others, storage)
        self._difference: Difference | None = None

    @property
    def found_difference(self) -> Difference:
        assert self._difference is not None
        return self._difference

    def known(self, lines: Path) -> list[KnownFile]:
        """What the lines of the corrected file are compared with: all that the source has, but for what they change."""
        self._difference = difference(lines, self._family, self._stated, self._found.source.cut_over_date)
        gone = self._gone()["record"].to_numpy()
        return [*(_without(file, gone) for file in self._family), *self._others]

    def stage(self, snapshot: Path, first_record_id: int, claim: ImportClaim) -> None:
        """The retired records, under an import that nobody sees yet."""
        RetiredRecord.objects.filter(import_id=self._found.pk).delete()
        gone = self._gone()
        rows = {
            "record_id": gone["record"],
            "import_id": pa.repeat(pa.scalar(self._found.pk, pa.int64()), gone.num_rows),
            "project_id": pa.repeat(pa.scalar(self._found.project_id, pa.int64()), gone.num_rows),
            "replaced_by": _replacements(gone["new_row"], snapshot, first_record_id),
        }
        load(RetiredRecord, pa.table(rows), guard=lambda _done: claim.update(retired=gone.num_rows))
        claim.update(retired=gone.num_rows)

    def publish(self, requested: ImportRequested) -> None:
        """Inside the acknowledging transaction, before the import is committed: groups and totals follow."""
        retired = RetiredRecord.objects.filter(import_id=self._found.pk)
        regrouped = regroup(self._found)
        carry_refusals(self._found)
        gone = counted(Record.objects.filter(pk__in=retired.values("record_id")))
        add(self._found.project_id, Tally.State.TOTAL, gone, sign=-1)
        found = self.found_difference
        event_bus.publish(
            FileAmended(
                project_id=requested.project_id,
                source_id=requested.source_id,
                import_id=requested.import_id,
                amended_id=ImportId(root_of(self._found)),
                unchanged=found.count(UNCHANGED) + found.count(KEPT),
                changed=found.count(CHANGED),
                withdrawn=found.count(WITHDRAWN),
                added=found.count(ADDED),
                groups_in_review=regrouped.in_review,
                suggestions_dropped=regrouped.dropped,
            )
        )

    def _gone(self) -> pa.Table:
        rows = self.found_difference.rows
        return rows.filter(pc.is_in(rows["kind"], pa.array([CHANGED, WITHDRAWN])))


def _without(file: KnownFile, gone: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> KnownFile:
    with pq.ParquetFile(file.snapshot) as opened:
        end = file.first_record_id + opened.metadata.num_rows
    rows = gone[(gone >= file.first_record_id) & (gone < end)] - file.first_record_id
    return replace(file, retired=(*file.retired, *rows.tolist()))


def _replacements(
    new_rows: "pa.ChunkedArray[pa.Int64Scalar]", snapshot: Path, first_record_id: int
) -> "pa.Array[pa.Int64Scalar]":
    """The ids of the records that came of these rows of the file; null where none did."""
    written = pq.read_table(snapshot, columns=["row"])["row"].to_numpy()
    filled: Any = pc.fill_null(new_rows, pa.scalar(-1, pa.int64()))
    wanted = filled.to_numpy()
    places = np.searchsorted(written, wanted)
    is_there = np.append(written, -2)[places] == wanted
    return pa.array(first_record_id + places, pa.int64(), mask=~is_there)
