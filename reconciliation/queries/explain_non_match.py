from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from cqrs import Clock, NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.engine import Nearest
from reconciliation.ids import GroupId, RecordId, RuleSetId, Side
from reconciliation.models import NeverPair, Record, RefusedGroup, RuleSetVersion, Source
from reconciliation.money import to_decimal
from reconciliation.queries.explanations import (
    SCORE_SCALE,
    Holder,
    PairRow,
    holders,
    pair_row,
    refusals,
)
from reconciliation.queries.nearest import nearest_of
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.storage import Storage

SHOWN = 5


class RecordUnknownError(NotFoundError):
    """The project has no such record."""


@dataclass(frozen=True, kw_only=True)
class NearestRecord:
    """Another record and what stands between. `verdict` is the reason in a word, `because` in a sentence.

    `group_id` is the match that has the other record now, if one has it.
    """

    record: RecordRow
    verdict: Literal["rule", "forbidden", "matched", "score", "fits"]
    because: str
    group_id: GroupId | None
    pair: PairRow
    suggested_from: Decimal


@dataclass(frozen=True, kw_only=True)
class NonMatchExplanation:
    """`group_id` is the match that has the record itself, if one has; `notes` tell what was not looked at."""

    record: RecordRow
    group_id: GroupId | None
    rule_set_id: RuleSetId | None
    rule_set_name: str
    rule_set_version: int
    nearest: tuple[NearestRecord, ...]
    notes: tuple[str, ...]


class ExplainNonMatch(Query[NonMatchExplanation], requires=project_role(Role.VIEWER)):
    """Why a record is in no match: the records of the other side that come nearest, and what keeps each of them apart.

    By the newest rule set. A rule that failed says by how much; a pair that a person refused, and a record that another
    match has, say that.
    """

    project_id: ProjectId
    record_id: RecordId


@ExplainNonMatch.handler
def explain_non_match(query: ExplainNonMatch, clock: Clock, storage: Storage) -> NonMatchExplanation:
    record = Record.objects.published(query.project_id).filter(pk=query.record_id).first()
    if record is None:
        raise RecordUnknownError(str(query.record_id))
    side = Side(Source.objects.get(pk=record.source_id).side)
    newest = RuleSetVersion.objects.filter(project_id=query.project_id).order_by("-id").first()
    found = [] if newest is None else nearest_of(query.project_id, side, [record.id], newest, storage)[record.id]
    mine = holders(query.project_id, [record.id]).get(record.id)
    return NonMatchExplanation(
        record=record_row(record, side, clock.today()),
        group_id=mine.group_id if mine else None,
        rule_set_id=RuleSetId(newest.pk) if newest else None,
        rule_set_name=newest.name if newest else "",
        rule_set_version=newest.version if newest else 0,
        nearest=_nearest(query, side, found[:SHOWN], clock.today()),
        notes=(*_refusals(query), *_notes(newest, len(found))),
    )


def _nearest(query: ExplainNonMatch, side: Side, found: list[Nearest], today: date) -> tuple[NearestRecord, ...]:
    others = Record.objects.in_bulk([near.other_record_id for near in found])
    held = holders(query.project_id, others)
    refused = refusals(query.project_id, query.record_id)
    rows = []
    for near in found:
        holder = held.get(near.other_record_id)
        verdict, because = _verdict(near, holder, refused.get(near.other_record_id))
        rows.append(
            NearestRecord(
                record=record_row(others[near.other_record_id], side.other, today),
                verdict=verdict,
                because=because,
                group_id=holder.group_id if holder else None,
                pair=pair_row(near.finding),
                suggested_from=to_decimal(near.threshold, SCORE_SCALE),
            )
        )
    return tuple(rows)


def _verdict(
    near: Nearest, holder: Holder | None, refused: NeverPair | None
) -> tuple[Literal["rule", "forbidden", "matched", "score", "fits"], str]:
    finding = near.finding
    if refused is not None:
        why = f": “{refused.reason}”" if refused.reason else ""
        verb = refused.get_kind_display().lower()
        return "forbidden", f"{refused.decided_by_name} {verb} this pair on {refused.decided_at:%d %b %Y}{why}"
    if finding.failed:
        return "rule", "; ".join(rule.text for rule in finding.failed)
    if holder is not None and holder.confirmed:
        return "matched", f"fits, but is in confirmed match {holder.group_id} already"
    if finding.score < near.threshold:
        return "score", f"every rule holds, but the score of {finding.score / 100:.0f} % is too low to suggest"
    return "fits", "fits: others fit as well, or no run has looked at both since they arrived"


def _refusals(query: ExplainNonMatch) -> list[str]:
    """The larger groups with this record that people refused: exactly those are not proposed again."""
    refused = RefusedGroup.objects.filter(project_id=query.project_id, legs__record_id=query.record_id).order_by("id")
    told = []
    for group in refused[:SHOWN]:
        why = f": “{group.reason}”" if group.reason else ""
        verb, day = group.get_kind_display().lower(), f"{group.decided_at:%d %b %Y}"
        told.append(f"{group.decided_by_name} {verb} a group with this record on {day}{why}. It is not proposed again.")
    return told


def _notes(newest: RuleSetVersion | None, found: int) -> list[str]:
    if newest is None:
        return ["There are no rules yet, so that nothing can be said of what nearly matched."]
    parts = [part for part in newest.document["passes"] if part.get("cardinality", "1:1") != "1:1"]
    notes = [] if not parts else ["Only passes one to one are tried; sums, contras and allocations are not."]
    return [*notes, *([f"{found} records come near; the nearest {SHOWN} are shown."] if found > SHOWN else [])]
