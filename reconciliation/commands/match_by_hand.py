from collections.abc import Iterator

from django.db import IntegrityError, transaction

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.balance import AdjustmentLine, adjustment_problems, adjustments_of, require_balance
from reconciliation.decisions.facts import Verdict, facts
from reconciliation.decisions.groups import LockedGroup
from reconciliation.decisions.joining import Joined, join, require_sides, signs_are_opposite, suggestions_with
from reconciliation.decisions.locks import RecordTakenError, enter_decision, lock_records, require_open
from reconciliation.decisions.undoing import delete_groups, forget_refusal
from reconciliation.events import MatchMade
from reconciliation.ids import GroupId, RecordId, Side
from reconciliation.models import Adjustment, GroupOrigin, GroupStatus, IdBlock, MatchGroup, MatchLeg, Tally
from reconciliation.models.parts import move_legs, parts_of

MOST_RECORDS = 1_000


class MatchByHand(Command[GroupId], requires=project_role(Role.PREPARER)):
    """Put open records together. With the adjustments they net to exactly zero, in one currency.

    One side alone is a contra, and a single record with an adjustment is written off. Suggestions that hold any of the
    records are withdrawn.
    """

    project_id: ProjectId
    left: tuple[RecordId, ...] = ()
    right: tuple[RecordId, ...] = ()
    adjustments: tuple[AdjustmentLine, ...] = ()
    reason: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        records = [*self.left, *self.right]
        if len(records) + len(self.adjustments) < 2 or not records:  # noqa: PLR2004  a match joins something
            yield "left", "Name at least two records, or one and an adjustment."
        if len(records) > MOST_RECORDS:
            yield "left", f"At most {MOST_RECORDS} records in a match by hand; these are {len(records)}."
        if len(set(records)) < len(records):
            yield "left", "A record is named twice."
        yield from adjustment_problems(self.adjustments)


@MatchByHand.handler
def match_by_hand(command: MatchByHand, actor: Actor, clock: Clock) -> GroupId:
    verdict = Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason)
    sides = dict.fromkeys(command.left, Side.LEFT) | dict.fromkeys(command.right, Side.RIGHT)
    enter_decision(command.project_id)
    records = lock_records(command.project_id, sides)
    require_sides(command.project_id, records, sides)
    require_open(command.project_id, sides)
    parts = parts_of(command.project_id, sides)
    joined = join(records.values(), sides, parts, opposite_signs=signs_are_opposite(command.project_id))

    withdrawn = suggestions_with(command.project_id, list(sides))
    delete_groups(withdrawn)
    forget_refusal(verdict, command.left, command.right)
    made = _save(_group(joined, verdict), sides, joined, command.adjustments)
    event_bus.publish(
        MatchMade(**facts(made, verdict), withdrawn_group_ids=tuple(suggestion.id for suggestion in withdrawn))
    )
    return made.id


def _group(joined: Joined, verdict: Verdict) -> MatchGroup:
    return MatchGroup(
        id=IdBlock.reserve(IdBlock.GROUPS, 1),
        project_id=verdict.project_id,
        status=GroupStatus.CONFIRMED,
        origin=GroupOrigin.PERSON,
        score=10_000,
        currency=joined.currency,
        scale=joined.scale,
        difference=joined.difference,
        decided_by=verdict.actor.user_id,
        decided_by_name=verdict.actor.name,
        decided_at=verdict.at,
        reason=verdict.reason,
    )


def _save(
    group: MatchGroup, sides: dict[RecordId, Side], joined: Joined, lines: tuple[AdjustmentLine, ...]
) -> LockedGroup:
    adjustments = adjustments_of(group, lines)
    require_balance(group, adjustments)
    legs = [
        MatchLeg(
            group_id=group.id,
            record_id=record_id,
            project_id=group.project_id,
            side=side,
            amount=joined.amounts[record_id],
            scale=joined.scale,
            confirmed=True,
            allocated=joined.allocated.get(record_id),
        )
        for record_id, side in sorted(sides.items())
    ]
    try:
        with transaction.atomic():
            MatchLeg.objects.bulk_create(legs)
    except IntegrityError as error:  # only I1's index means this: rows of a failed run that wait to be swept
        raise RecordTakenError from error
    move_legs(group.project_id, legs, gone=None, come=Tally.State.CONFIRMED)
    group.save(force_insert=True)
    Adjustment.objects.bulk_create(adjustments)
    return LockedGroup(group, tuple(legs), tuple(adjustments))
