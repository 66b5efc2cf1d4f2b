from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from cqrs import Clock, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import Side, SimulationId
from reconciliation.models import Record, Simulation
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.simulating.findings import BackTest, Change, Findings, FoundGroup, Measures


@dataclass(frozen=True, kw_only=True)
class PassRow:
    pass_name: str
    currency: str
    confirmed: int
    suggested: int
    left_amount: Decimal
    right_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """A group that a run would make; `score` is a share from 0 to 1."""

    pass_name: str
    group_status: Literal["confirmed", "suggested"]
    score: Decimal
    currency: str
    difference: Decimal
    left: tuple[RecordRow, ...]
    right: tuple[RecordRow, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """`before` and `after` are what the published and the tried rules make of a decision."""

    turn: Literal["won", "lost", "changed"]
    decision: str
    left: tuple[RecordRow, ...]
    right: tuple[RecordRow, ...]
    before: str
    after: str
    decided_by: str
    decided_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeasuresRow:
    """Shares from 0 to 1, rounded down; null where there is nothing to share."""

    precision: Decimal | None
    recall: Decimal | None
    found: int
    proposed_again: int


@dataclass(frozen=True, kw_only=True)
class BackTestRow:
    made: int
    refused: int
    won: int
    lost: int
    changed: int
    after: MeasuresRow
    before: MeasuresRow | None
    changes: tuple[ChangeRow, ...]


@dataclass(frozen=True, kw_only=True)
class SimulationRow:
    """`progress` is percent. The suggestions are those that stand today, and what a run would make of them."""

    id: SimulationId
    name: str
    document: dict[str, Any]
    cut_off: date | None
    status: str
    progress: int
    stage: str
    error: str
    requested_by: str
    created_at: datetime
    completed_at: datetime | None
    confirmed_groups: int
    suggested_groups: int
    passes: tuple[PassRow, ...]
    samples: tuple[SampleRow, ...]
    suggestions_standing: int
    suggestions_confirmed: int
    suggestions_again: int
    suggestions_gone: int
    back_test: BackTestRow | None
    compared_with: str
    notes: tuple[str, ...]


class GetSimulation(Query[SimulationRow], requires=project_role(Role.VIEWER)):
    """What a rule set would do: how far the answer is, and what it says once it is there."""

    project_id: ProjectId
    simulation_id: SimulationId


@GetSimulation.handler
def get_simulation(query: GetSimulation, clock: Clock) -> SimulationRow:
    simulation = Simulation.in_project(query.project_id, query.simulation_id)
    found = msgspec.convert(simulation.findings, Findings)
    records = _records(query.project_id, found, clock.today())
    return SimulationRow(
        id=SimulationId(simulation.pk),
        name=simulation.name,
        document=simulation.document,
        cut_off=simulation.cut_off,
        status=simulation.status,
        progress=simulation.progress,
        stage=simulation.stage,
        error=simulation.error,
        requested_by=simulation.requested_by_name,
        created_at=simulation.created_at,
        completed_at=simulation.completed_at,
        confirmed_groups=sum(figures.confirmed for figures in found.passes),
        suggested_groups=sum(figures.suggested for figures in found.passes),
        passes=tuple(
            PassRow(
                pass_name=each.pass_name,
                currency=each.currency,
                confirmed=each.confirmed,
                suggested=each.suggested,
                left_amount=Decimal(each.left_amount),
                right_amount=Decimal(each.right_amount),
            )
            for each in found.passes
        ),
        samples=tuple(_sample(group, records) for group in found.samples),
        suggestions_standing=found.suggestions.standing,
        suggestions_confirmed=found.suggestions.confirmed,
        suggestions_again=found.suggestions.again,
        suggestions_gone=found.suggestions.gone,
        back_test=_back_test(found.back_test, records) if found.back_test else None,
        compared_with=found.compared_with,
        notes=found.notes,
    )


def _records(project_id: ProjectId, found: Findings, today: date) -> Mapping[int, RecordRow]:
    """Those that are still there; one statement for all."""
    groups: list[FoundGroup | Change] = [*found.samples, *(found.back_test.changes if found.back_test else ())]
    sides = {
        record_id: side
        for group in groups
        for side, ids in ((Side.LEFT, group.left), (Side.RIGHT, group.right))
        for record_id in ids
    }
    records = Record.objects.published(project_id).in_bulk(list(sides))
    return {record_id: record_row(record, sides[record_id], today) for record_id, record in records.items()}


def _rows(ids: Iterable[int], records: Mapping[int, RecordRow]) -> tuple[RecordRow, ...]:
    return tuple(records[record_id] for record_id in ids if record_id in records)


def _sample(group: FoundGroup, records: Mapping[int, RecordRow]) -> SampleRow:
    return SampleRow(
        pass_name=group.pass_name,
        group_status="confirmed" if group.status == "confirmed" else "suggested",
        score=Decimal(group.score),
        currency=group.currency,
        difference=Decimal(group.difference),
        left=_rows(group.left, records),
        right=_rows(group.right, records),
        reasons=group.reasons,
    )


def _back_test(tested: BackTest, records: Mapping[int, RecordRow]) -> BackTestRow:
    return BackTestRow(
        made=tested.made,
        refused=tested.refused,
        won=tested.won,
        lost=tested.lost,
        changed=tested.changed,
        after=_measures(tested.after),
        before=_measures(tested.before) if tested.before else None,
        changes=tuple(_change(change, records) for change in tested.changes),
    )


def _change(change: Change, records: Mapping[int, RecordRow]) -> ChangeRow:
    return ChangeRow(
        turn=change.turn,
        decision=change.decision,
        left=_rows(change.left, records),
        right=_rows(change.right, records),
        before=change.before,
        after=change.after,
        decided_by=change.decided_by,
        decided_at=change.decided_at,
        reason=change.reason,
    )


def _measures(found: Measures) -> MeasuresRow:
    return MeasuresRow(
        precision=Decimal(found.precision) if found.precision is not None else None,
        recall=Decimal(found.recall) if found.recall is not None else None,
        found=found.found,
        proposed_again=found.proposed_again,
    )
