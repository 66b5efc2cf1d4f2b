from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from cqrs import Clock, NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation import engine
from reconciliation.engine import Explained, Rival
from reconciliation.ids import GroupId, RuleSetId, Side
from reconciliation.models import Adjustment, GroupOrigin, GroupStatus, MatchGroup, MatchLeg, Record, Run
from reconciliation.money import to_decimal
from reconciliation.queries.explanations import SCORE_SCALE, Holder, PairRow, holders, pair_row
from reconciliation.queries.nearest import whole_side
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.rules import Pass, RuleSet
from reconciliation.storage import Storage

FULL = 100


class MatchUnknownError(NotFoundError):
    """There is no such match in this project: it never was, or it was undone, or a newer run replaced it."""


@dataclass(frozen=True, kw_only=True)
class RunnerUp:
    """The record that would have been next for the record of `side`; `lead` is by how much the match is better."""

    side: Side
    record: RecordRow
    score: Decimal
    lead: Decimal


@dataclass(frozen=True, kw_only=True)
class MatchExplanation:
    """`decision` says in sentences why the match is confirmed or suggested; scores are shares from 0 to 1.

    `pairs` holds each rule on the records, or on what they add up to; it is empty where people made the match.
    `best_for_left` says that the left record has no better candidate. Who else would have fitted is told as of today.
    """

    group_id: GroupId
    status: str
    rule_set_id: RuleSetId | None
    rule_set_name: str
    rule_set_version: int
    pass_name: str
    pass_number: int
    score: Decimal
    confirmed_from: Decimal | None
    suggested_from: Decimal
    margin: Decimal
    pairs: tuple[PairRow, ...]
    runners_up: tuple[RunnerUp, ...]
    best_for_left: bool
    best_for_right: bool
    decision: tuple[str, ...]
    notes: tuple[str, ...]


class ExplainMatch(Query[MatchExplanation], requires=project_role(Role.VIEWER)):
    """Why these records are together: each rule with both values, the score, the runner-up, and what decided."""

    project_id: ProjectId
    group_id: GroupId


@ExplainMatch.handler
def explain_match(query: ExplainMatch, clock: Clock, storage: Storage) -> MatchExplanation:
    group = MatchGroup.objects.of_project(query.project_id).filter(id=query.group_id).first()
    if group is None:
        raise MatchUnknownError
    run = Run.objects.select_related("rule_set").filter(pk=group.run_id).first() if group.run_id else None
    part = _pass(run, group.pass_name)
    if run is None or part is None:
        return _by_hand(group)

    rules = RuleSet.from_document(run.rule_set.document)
    legs: dict[str, list[int]] = {side.value: [] for side in Side}
    for leg in MatchLeg.objects.filter(group_id=group.id).order_by("record_id"):
        legs[leg.side].append(leg.record_id)
    alone = msgspec.structs.replace(rules, passes=(part,))
    left, right = (whole_side(query.project_id, side, storage) for side in Side)
    explained = engine.explain(left, right, alone, legs)
    rivals = _in_the_running(query, explained.rivals, group, rules)
    runners_up = _runners_up(rivals, group, clock)
    return MatchExplanation(
        group_id=GroupId(group.id),
        status=group.status,
        rule_set_id=RuleSetId(run.rule_set_id),
        rule_set_name=run.rule_set.name,
        rule_set_version=run.rule_set.version,
        pass_name=part.name,
        pass_number=[each.name for each in rules.passes].index(part.name) + 1,
        score=to_decimal(group.score, SCORE_SCALE),
        confirmed_from=None if part.decide.confirm_at is None else Decimal(part.decide.confirm_at) / FULL,
        suggested_from=Decimal(part.decide.suggest_at) / FULL,
        margin=Decimal(part.decide.margin) / FULL,
        pairs=tuple(pair_row(pair) for pair in explained.pairs),
        runners_up=runners_up,
        best_for_left=_is_best(runners_up, Side.LEFT),
        best_for_right=_is_best(runners_up, Side.RIGHT),
        decision=tuple(_decision(group, part, runners_up)),
        notes=tuple(_notes(explained, part)),
    )


def _pass(run: Run | None, name: str) -> Pass | None:
    passes = RuleSet.from_document(run.rule_set.document).passes if run is not None else ()
    return next((part for part in passes if part.name == name), None)


def _by_hand(group: MatchGroup) -> MatchExplanation:
    return MatchExplanation(
        group_id=GroupId(group.id),
        status=group.status,
        rule_set_id=None,
        rule_set_name="",
        rule_set_version=0,
        pass_name="",
        pass_number=0,
        score=to_decimal(group.score, SCORE_SCALE),
        confirmed_from=None,
        suggested_from=Decimal(0),
        margin=Decimal(0),
        pairs=(),
        runners_up=(),
        best_for_left=True,
        best_for_right=True,
        decision=tuple(_by_people(group)),
        notes=(),
    )


def _in_the_running(
    query: ExplainMatch, rivals: Iterable[Rival], group: MatchGroup, rules: RuleSet
) -> list[tuple[Rival, Record]]:
    """Those that no person and no earlier run or pass had taken; a twin of what was taken is no rival."""
    others = [rival for rival in rivals if not rival.twin]
    ids = [rival.record_id for rival in others]
    records = Record.objects.published(query.project_id).in_bulk(ids)
    held = holders(query.project_id, ids)
    order = {part.name: place for place, part in enumerate(rules.passes)}

    def taken_before(holder: Holder | None) -> bool:
        if holder is None or not holder.confirmed:
            return False
        if holder.by_person or holder.run_id is None or holder.run_id < (group.run_id or 0):
            return True
        return holder.run_id == group.run_id and order.get(holder.pass_name, 0) < order.get(group.pass_name, 0)

    free = [rival for rival in others if rival.record_id in records and not taken_before(held.get(rival.record_id))]
    return [(rival, records[rival.record_id]) for rival in sorted(free, key=lambda each: (-each.score, each.record_id))]


def _runners_up(rivals: Sequence[tuple[Rival, Record]], group: MatchGroup, clock: Clock) -> tuple[RunnerUp, ...]:
    """The best one for the record of each side."""
    found = []
    for side in Side:
        first = next(((rival, record) for rival, record in rivals if rival.side == side), None)
        if first is not None:
            score = to_decimal(first[0].score, SCORE_SCALE)
            lead = to_decimal(group.score, SCORE_SCALE) - score
            row = record_row(first[1], side.other, clock.today())
            found.append(RunnerUp(side=side, record=row, score=score, lead=lead))
    return tuple(found)


def _is_best(runners_up: Iterable[RunnerUp], side: Side) -> bool:
    return all(each.lead >= 0 for each in runners_up if each.side is side)


def _by_people(group: MatchGroup) -> list[str]:
    if group.decided_at is None:
        return []
    verb = "Put together" if group.origin == GroupOrigin.PERSON else "Confirmed"
    why = f": “{group.reason}”" if group.reason else ""
    return [f"{verb} by {group.decided_by_name} on {group.decided_at:%d %b %Y}{why}."]


def _decision(group: MatchGroup, part: Pass, runners_up: Sequence[RunnerUp]) -> list[str]:
    """What the pass asks for before it confirms, and how the match stood to each."""
    score, asked = group.score / FULL, part.decide.confirm_at
    lead = min((each.lead for each in runners_up), default=None)
    told = []
    if asked is None:
        told.append("Suggested: this pass never confirms by itself.")
    elif score < asked:
        told.append(f"Suggested: the score of {score:.0f} % does not reach the {asked} % from which the pass confirms.")
    elif group.alternatives:
        told.append(f"Suggested: other records fit about as well; a lead of {part.decide.margin} % is asked for.")
    elif group.difference and not Adjustment.objects.filter(group_id=group.id).exists():
        told.append(f"Suggested: the sides differ by {abs(group.net)} {group.currency}, which this pass may not book.")
    else:
        found = "Found" if group.status == GroupStatus.CONFIRMED else "Suggested"
        told.append(f"{found} with a score of {score:.0f} %, which reaches the {asked} % from which the pass confirms.")
    if lead is not None:
        told.append(f"The runner-up is {lead * FULL:.1f} % behind; the pass asks for {part.decide.margin} %.")
    elif part.cardinality == "1:1":
        told.append("No other record fits either of the two.")
    return [*told, *_by_people(group)]


def _notes(explained: Explained, part: Pass) -> list[str]:
    notes = [f"{explained.left_out} more pairs of this group are not listed."] if explained.left_out else []
    if part.cardinality != "1:1":
        notes.append("Runners-up are told of passes one to one; of groups the alternatives that the run noted stand.")
    return notes
