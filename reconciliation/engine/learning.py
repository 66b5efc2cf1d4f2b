"""Rules learnt from what people matched by hand: what their pairs have in common and other pairs have not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.engine.duck import DuckDatabase
from reconciliation.engine.examining import examine
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.looking import SIDES, Looking
from reconciliation.engine.sources import Source
from reconciliation.rules import Decide, Pass, Rule, RuleSet
from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.blocking import blocks
from reconciliation.rules.dates_within import DatesWithin
from reconciliation.rules.reference_in_text import ReferenceInText
from reconciliation.rules.same_amount import SameAmount
from reconciliation.rules.same_reference import SameReference
from reconciliation.rules.similar_text import SimilarText

MOST_PAIRS = 1_000
FEWEST = 3  # matches of a kind before anything is learnt from them
ENOUGH_TO_CONFIRM = 20
_OTHERS_FOR_EACH = 5
_NEARLY_ALL = 0.95
_MOST_PASSES = 4
_MOST_FIELDS = 6
_NO_TEXT = frozenset({"booking_date", "value_date", "occurred_at", "amount", "scale", "currency"})
_WINDOWS = (1, 3, 7, 14, 31)
_TOLERANCES = (Decimal("0.05"), Decimal(1), Decimal(5), Decimal(10))
Pair = tuple[int, int]


@dataclass(frozen=True)
class LearntRule:
    """How often a rule holds in the matches that its pass covers, and among records that nobody put together."""

    rule: Rule
    held: int
    of: int
    held_elsewhere: int
    elsewhere: int


@dataclass(frozen=True)
class LearntPass:
    """A pass that would have found so many of the matches by hand; `wrong` other pairs would have come with them."""

    part: Pass
    covers: int
    of: int
    wrong: int
    elsewhere: int
    rules: tuple[LearntRule, ...]


@dataclass(frozen=True)
class _Held:
    """Of one rule: the matched pairs and the other pairs for which it holds."""

    rule: Rule
    matched: frozenset[Pair]
    others: frozenset[Pair]


def learn(
    left: SideInput,
    right: SideInput,
    pairs: Sequence[Pair],
    *,
    opposite: bool = False,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> tuple[LearntPass, ...]:
    """From pairs that people matched, the passes that cover most first; the same pairs give the same rules."""
    matched = sorted(set(pairs))[:MOST_PAIRS]
    if len(matched) < FEWEST or not left.snapshots or not right.snapshots:
        return ()
    others = sorted(set(_others(matched)) - set(matched))
    with DuckDatabase(memory_limit=memory_limit, threads=threads) as database:
        held = _held(database, {"left": left, "right": right}, matched, others, opposite=opposite)
    return tuple(_passes(held, frozenset(matched), len(others)))


def _others(matched: Sequence[Pair]) -> Iterator[Pair]:
    """Each left record with the right records of other matches."""
    for place, (left, _) in enumerate(matched):
        for step in range(1, min(_OTHERS_FOR_EACH + 1, len(matched))):
            yield left, matched[(place + step) % len(matched)][1]


def _held(
    database: DuckDatabase,
    given: Mapping[str, SideInput],
    matched: Sequence[Pair],
    others: Sequence[Pair],
    *,
    opposite: bool,
) -> list[_Held]:
    fields = Looking(database, given, RuleSet(name="Fields")).sources
    rules = list(_candidates(*(_texts(fields[side]) for side in SIDES)))
    tried = RuleSet(
        name="Tried",
        passes=tuple(Pass(name=f"{place}", rules=(rule,)) for place, rule in enumerate(rules)),
        opposite_signs=opposite,
    )
    looking = Looking(database, given, tried)
    for place, side in enumerate(SIDES):
        looking.excerpt(side, (pair[place] for pair in matched))
    wanted, found = set(matched), []
    for asked, rule in zip(looking.asked, rules, strict=True):
        sides = looking.units(asked.plan, "left"), looking.units(asked.plan, "right")
        findings = examine(database, asked, sides, [*matched, *others])
        fitting = {(each.left, each.right) for each in findings if not each.failed}
        found.append(_Held(rule, frozenset(fitting & wanted), frozenset(fitting - wanted)))
    return found


def _texts(sources: Sequence[Source]) -> list[str]:
    names = {name for source in sources for name in source.content if name not in source.empty}
    return sorted(names - _NO_TEXT)[:_MOST_FIELDS]


def _candidates(left: Sequence[str], right: Sequence[str]) -> Iterator[Rule]:
    """The stricter one first: of two that hold as often it is the one that is learnt."""
    yield SameAmount()
    for one in left:
        for other in right:
            yield SameReference(left=one, right=other)
            yield SameReference(left=one, right=other, compare="normalised")
            yield ReferenceInText(left=one, right=other)
    yield from (AmountWithin(absolute=tolerance) for tolerance in _TOLERANCES)
    yield from (DatesWithin(before=days, after=days) for days in _WINDOWS)
    for one in left:
        for other in right:
            yield SimilarText(left=one, right=other, method="token_set", at_least=85)


def _passes(held: Sequence[_Held], matched: frozenset[Pair], elsewhere: int) -> Iterator[LearntPass]:
    remaining, made = matched, 0
    while len(remaining) >= FEWEST and made < _MOST_PASSES:
        anchors = [each for each in held if blocks(each.rule) and len(each.matched & remaining) >= FEWEST]
        if not anchors:
            return
        anchor = max(anchors, key=lambda each: _worth(each, remaining, elsewhere))
        chosen = _completed(anchor, held, remaining)
        covered = frozenset.intersection(*(each.matched for each in chosen)) & remaining
        wrong = len(frozenset.intersection(*(each.others for each in chosen)))
        if len(covered) < FEWEST or wrong * 2 > max(1, elsewhere):
            return
        yield _learnt(chosen, covered, len(matched), wrong, elsewhere)
        remaining, made = remaining - covered, made + 1


def _worth(held: _Held, remaining: frozenset[Pair], elsewhere: int) -> float:
    return len(held.matched & remaining) * (1 - len(held.others) / max(1, elsewhere))


def _completed(anchor: _Held, held: Sequence[_Held], remaining: frozenset[Pair]) -> list[_Held]:
    """The anchor with one rule of each other kind that nearly all its matches fulfil and that tells others apart."""
    chosen, covered, others = [anchor], anchor.matched & remaining, anchor.others
    for kind in ((SameAmount, AmountWithin), (SameReference, ReferenceInText), (DatesWithin,), (SimilarText,)):
        if isinstance(anchor.rule, kind):
            continue
        for each in held:
            keeps = len(each.matched & covered) >= _NEARLY_ALL * len(covered)
            if isinstance(each.rule, kind) and keeps and (isinstance(each.rule, DatesWithin) or others - each.others):
                chosen.append(each)
                covered, others = covered & each.matched, others & each.others
                break
    return chosen


def _learnt(chosen: Sequence[_Held], covered: frozenset[Pair], of: int, wrong: int, elsewhere: int) -> LearntPass:
    """Confirmed by the machine only where enough matches say so and no other pair came with them."""
    sure = not wrong and len(covered) >= ENOUGH_TO_CONFIRM
    name = "; ".join(each.rule.in_words() for each in chosen)
    part = Pass(
        name=f"Learnt: {name[:1].lower()}{name[1:]}"[:120],
        rules=tuple(each.rule for each in chosen),
        decide=Decide() if sure else Decide(confirm_at=None),
    )
    rules = [
        LearntRule(each.rule, len(each.matched & covered), len(covered), len(each.others), elsewhere) for each in chosen
    ]
    return LearntPass(part, len(covered), of, wrong, elsewhere, tuple(rules))
