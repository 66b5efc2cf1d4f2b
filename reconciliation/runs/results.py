"""What the engine found, as the rows that the bulk tables take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine import Outcome
from reconciliation.models import GroupOrigin, GroupStatus, Run
from reconciliation.models.id_column import Ids


@dataclass(frozen=True)
class Results:
    """Groups, legs and adjustments; in each of them the column `group` numbers the groups from 0."""

    groups: pa.Table
    legs: pa.Table
    adjustments: pa.Table
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return self.groups.num_rows + self.legs.num_rows + self.adjustments.num_rows

    def whole_records(self, *, confirmed: bool) -> Ids:
        """Those that no other group uses a part of."""
        return self._legs(confirmed=confirmed, whole=True)["record_id"].to_numpy()

    def parts(self, *, confirmed: bool) -> Iterator[tuple[int, int, int, bool]]:
        """Record, allocated amount, scale and whether the record counts: with a suggestion, or once it is used up."""
        legs = self._legs(confirmed=confirmed, whole=False)
        counts = legs["closes"] if confirmed else pa.repeat(pa.scalar(value=True), legs.num_rows)
        columns = (legs["record_id"], legs["allocated"], legs["scale"], counts)
        return zip(*(column.to_pylist() for column in columns), strict=True)

    def _legs(self, *, confirmed: bool, whole: bool) -> pa.Table:
        mine = pc.equal(self.legs["confirmed"], pa.scalar(confirmed))
        return self.legs.filter(pc.and_(mine, pc.equal(pc.is_null(self.legs["allocated"]), pa.scalar(whole))))

    def count(self, status: GroupStatus) -> int:
        return self.groups.filter(pc.equal(self.groups["status"], pa.scalar(status.value))).num_rows


def results_of(outcome: Outcome) -> Results:
    """Each leg learns its group's scale and status, which stand beside it in the database."""
    groups = outcome.groups.sort_by("group")
    is_confirmed = pc.equal(groups["status"], pa.scalar(GroupStatus.CONFIRMED.value))
    of_group = outcome.legs["group"]
    legs = outcome.legs.append_column("scale", groups["scale"].take(of_group))
    legs = legs.append_column("confirmed", is_confirmed.take(of_group))
    currency = groups["currency"].take(outcome.adjustments["group"])
    return Results(groups, legs, outcome.adjustments.append_column("currency", currency), outcome.notes)


def without_records(results: Results, record_ids: Ids) -> Results:
    """The results without the groups that hold any of these records."""
    if not record_ids.size:
        return results
    touched = pc.is_in(results.legs["record_id"], pa.array(record_ids))
    gone = pc.unique(results.legs["group"].filter(touched))

    def kept(table: pa.Table) -> pa.Table:
        return table.filter(pc.invert(pc.is_in(table["group"], gone)))

    return Results(kept(results.groups), kept(results.legs), kept(results.adjustments), results.notes)


def group_rows(results: Results, run: Run) -> pa.Table:
    groups = results.groups
    return _table(
        groups.num_rows,
        id=_ids(groups, run),
        project_id=run.project_id,
        run_id=run.pk,
        status=groups["status"],
        origin=GroupOrigin.MACHINE.value,
        pass_name=groups["pass_name"],
        score=groups["score"],
        currency=groups["currency"],
        scale=groups["scale"],
        difference=groups["difference"],
        reasons=groups["reasons"],
        alternatives=groups["alternatives"],
        rate=groups["rate"],
        rate_date=groups["rate_date"],
        rate_source=groups["rate_source"],
        version=1,
        decided_by_name="",
        reason="",
    )


def leg_rows(results: Results, run: Run) -> pa.Table:
    legs = results.legs
    return _table(
        legs.num_rows,
        group_id=_ids(legs, run),
        record_id=legs["record_id"],
        run_id=run.pk,
        project_id=run.project_id,
        side=legs["side"],
        amount=legs["amount"],
        scale=legs["scale"],
        confirmed=legs["confirmed"],
        allocated=legs["allocated"],
        closes=legs["closes"],
    )


def adjustment_rows(results: Results, run: Run) -> pa.Table:
    lines = results.adjustments
    return _table(
        lines.num_rows,
        group_id=_ids(lines, run),
        project_id=run.project_id,
        kind=lines["kind"],
        amount=lines["amount"],
        scale=lines["scale"],
        currency=lines["currency"],
        reason=lines["reason"],
    )


def _ids(table: pa.Table, run: Run) -> "pa.ChunkedArray[pa.Int64Scalar]":
    return pc.add(table["group"], pa.scalar(run.first_group_id or 0))


def _table(rows: int, **columns: "pa.ChunkedArray[Any] | str | int") -> pa.Table:
    """A table by column name; a plain value is the same in each row."""
    return pa.table(
        {
            name: column if isinstance(column, pa.ChunkedArray) else pa.repeat(column, rows)
            for name, column in columns.items()
        }
    )
