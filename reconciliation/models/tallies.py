"""How many records stand where, in one statement: two would disagree while a run publishes or a person decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

_HALF = 32

# Joined once for each partial index of the legs. An amount is summed in two halves of 32 bits, so that no sum leaves
# SQLite's 64 bits and none is rounded.
_TALLIES = f"""
    SELECT r.source_id, r.currency, r.scale,
        CASE WHEN c.record_id IS NOT NULL THEN 'confirmed' WHEN s.record_id IS NOT NULL THEN 'suggested'
             ELSE 'open' END AS state,
        COUNT(*), SUM(r.amount >> {_HALF}), SUM(r.amount & {2**_HALF - 1}),
        SUM(ABS(r.amount) >> {_HALF}), SUM(ABS(r.amount) & {2**_HALF - 1})
    FROM reconciliation_record r
    LEFT JOIN reconciliation_matchleg c ON c.record_id = r.id AND c.confirmed
        AND (c.run_id IS NULL OR c.run_id NOT IN (
            SELECT id FROM reconciliation_run WHERE project_id = %(project)s AND staged))
    LEFT JOIN reconciliation_matchleg s ON s.record_id = r.id AND NOT s.confirmed
        AND s.run_id NOT IN (
            SELECT id FROM reconciliation_run WHERE project_id = %(project)s AND (staged OR superseded))
    WHERE r.project_id = %(project)s AND r.import_id IN (
        SELECT id FROM reconciliation_import WHERE project_id = %(project)s AND status = 'committed')
    GROUP BY r.source_id, r.currency, r.scale, state
"""  # noqa: S608  only numbers of ours are put in


class State(StrEnum):
    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    OPEN = "open"


@dataclass(frozen=True)
class TallyLine:
    """Of one source, currency and scale; `gross` is the sum of the amounts regardless of their sign."""

    source_id: int
    currency: str
    scale: int
    state: State
    count: int
    amount: int
    gross: int


def tallies(project_id: int) -> Iterator[TallyLine]:
    """What `RecordQuerySet.published` and `MatchLegQuerySet.of_project` say is there, counted and summed exactly."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, {"project": project_id})
        for source_id, currency, scale, state, count, *halves in cursor.fetchall():
            amount, gross = _whole(*halves[:2]), _whole(*halves[2:])
            yield TallyLine(source_id, currency, scale, State(state), count, amount, gross)


def _whole(upper: int | None, lower: int | None) -> int:
    return (int(upper or 0) << _HALF) + int(lower or 0)
