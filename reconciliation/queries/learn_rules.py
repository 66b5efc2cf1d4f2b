from dataclasses import dataclass
from typing import Any

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation import engine
from reconciliation.engine import LearntPass
from reconciliation.ids import Side
from reconciliation.models import GroupOrigin, GroupStatus, MatchGroup, MatchLeg, RuleSetVersion
from reconciliation.queries.nearest import whole_side
from reconciliation.rules import RuleSet
from reconciliation.storage import Storage


@dataclass(frozen=True, kw_only=True)
class RuleEvidence:
    """In how many of the matches by hand the rule holds, and in how many pairs of records that nobody matched."""

    words: str
    held: int
    of: int
    held_elsewhere: int
    elsewhere: int


@dataclass(frozen=True, kw_only=True)
class LearntProposal:
    """A pass to add to the rules: it would have found `covers` of `of` matches by hand.

    `wrong` of `elsewhere` pairs that nobody matched would have come with them.
    """

    document: dict[str, Any]
    sentences: tuple[str, ...]
    covers: int
    of: int
    wrong: int
    elsewhere: int
    rules: tuple[RuleEvidence, ...]


@dataclass(frozen=True, kw_only=True)
class LearntRules:
    """`draft` is the newest rule set, to which a proposal adds its pass; `enough` is how many matches it takes."""

    proposals: tuple[LearntProposal, ...]
    draft: dict[str, Any]
    looked_at: int
    enough: int


class LearnRules(Query[LearntRules], requires=project_role(Role.VIEWER)):
    """Passes that would have found what people had to match by hand, each with its evidence. Nothing is published.

    Learnt from the newest thousand matches by hand of one left and one right record.
    """

    project_id: ProjectId


@LearnRules.handler
def learn_rules(query: LearnRules, storage: Storage) -> LearntRules:
    newest = RuleSetVersion.objects.filter(project_id=query.project_id).order_by("-id").first()
    draft = newest.document if newest else RuleSet(name="Rules").to_document()
    pairs = _by_hand(query.project_id)
    left, right = (whole_side(query.project_id, side, storage) for side in Side)
    learnt = engine.learn(left, right, pairs, opposite=bool(draft.get("opposite_signs")))
    return LearntRules(
        proposals=tuple(_proposal(each) for each in learnt),
        draft=draft,
        looked_at=len(pairs),
        enough=engine.FEWEST_TO_LEARN,
    )


def _by_hand(project_id: ProjectId) -> list[tuple[int, int]]:
    made = MatchGroup.objects.of_project(project_id).filter(origin=GroupOrigin.PERSON, status=GroupStatus.CONFIRMED)
    newest = list(made.order_by("-id").values_list("id", flat=True)[: engine.MOST_TO_LEARN_FROM])
    legs = MatchLeg.objects.filter(group_id__in=newest)
    sides: dict[int, dict[str, list[int]]] = {}
    for group_id, side, record_id in legs.values_list("group_id", "side", "record_id"):
        sides.setdefault(group_id, {each.value: [] for each in Side})[side].append(record_id)
    pairs = [(each[Side.LEFT], each[Side.RIGHT]) for each in sides.values()]
    return sorted((left[0], right[0]) for left, right in pairs if len(left) == len(right) == 1)


def _proposal(learnt: LearntPass) -> LearntProposal:
    alone = RuleSet(name="Learnt", passes=(learnt.part,))
    return LearntProposal(
        document=alone.to_document()["passes"][0],
        sentences=learnt.part.in_words(),
        covers=learnt.covers,
        of=learnt.of,
        wrong=learnt.wrong,
        elsewhere=learnt.elsewhere,
        rules=tuple(
            RuleEvidence(
                words=rule.rule.in_words(),
                held=rule.held,
                of=rule.of,
                held_elsewhere=rule.held_elsewhere,
                elsewhere=rule.elsewhere,
            )
            for rule in learnt.rules
        ),
    )
