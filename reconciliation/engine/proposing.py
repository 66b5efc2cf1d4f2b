"""Proposes a rule set for two sides nobody described: what the data shows becomes passes, each with its evidence.

Only what cannot well be a coincidence is confirmed: a shared key with equal amounts or sums, on near dates. Everything
else is suggested, so that a wrong guess costs a look and not a wrong match.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from reconciliation.engine import guesses, pairing
from reconciliation.engine.duck import DuckDatabase
from reconciliation.engine.guesses import Learnt
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.judging import cardinality_of, may_be_key, rounded_up, sums_meet
from reconciliation.engine.pairing import Pairs
from reconciliation.engine.profiling import Meet, Profile
from reconciliation.rules import Pass, Rule, RuleSet
from reconciliation.rules.currencies import usual_scale
from reconciliation.rules.rule_pass import Cardinality
from reconciliation.rules.same_field import SameField

_NEAR = 3
_FAR = 35
_ENOUGH = 20
_FEW_ROWS = 40
_TRIED = 6


@dataclass(frozen=True)
class Evidence:
    """One guess: what was decided, what for, because of what, and how sure (per cent)."""

    decision: str
    choice: str
    because: str
    confidence: int


@dataclass(frozen=True)
class Proposal:
    """A rule set that only confirms what its evidence supports."""

    rules: RuleSet
    evidence: tuple[Evidence, ...]


def propose_rules(left: SideInput, right: SideInput, *, memory_limit: str = "2GB", threads: int = 2) -> Proposal:
    """Profiles both sides and turns what it sees into passes, the surest first."""
    with DuckDatabase(memory_limit=memory_limit, threads=threads) as database:
        return _Proposer(Profile(database, left, right)).proposal()


@dataclass
class _Proposer:
    profile: Profile
    evidence: list[Evidence] = field(default_factory=list)

    def proposal(self) -> Proposal:
        if not all(self.profile.rows.values()):
            self._say("Passes", "none", "one side has no open record", 100)
            return Proposal(RuleSet(name="Proposed"), tuple(self.evidence))
        if not self.profile.has_amounts():
            return self._finish(list(self._entities()), opposite=False)
        meets = self.profile.meets()
        keys = [(meet, pairing.pairs(self.profile, meet)) for meet in meets if may_be_key(meet)][:_TRIED]
        opposite = self._signs([pairs for _, pairs in keys])
        keys = [(meet, pairs) for meet, pairs in keys if self._is_key(meet, pairs, opposite=opposite)]
        learnt = self._learn(meets, keys)
        groups = list(self._groups(meets, opposite=opposite))
        passes = [part for meet, _ in keys[:2] for part in guesses.exact(meet, learnt)]
        passes += self._in_text(learnt)
        passes += [
            part for keys_left, keys_right, kind in groups for part in guesses.grouped(keys_left, keys_right, kind)
        ]
        passes += [guesses.grouped_with_difference(*grouping) for grouping in groups]
        passes += [guesses.different(meet) for meet, _ in keys[:1]]
        passes += guesses.by_name(learnt)
        passes += [] if keys or groups else [guesses.by_amount(learnt)]
        return self._finish(passes, opposite=opposite)

    def _finish(self, passes: list[Pass], *, opposite: bool) -> Proposal:
        rules = RuleSet(name="Proposed", passes=tuple(passes), opposite_signs=opposite)
        return Proposal(rules, tuple(self.evidence))

    def _say(self, decision: str, choice: str, because: str, confidence: int) -> None:
        self.evidence.append(Evidence(decision, choice, because, confidence))

    def _signs(self, found: list[Pairs]) -> bool:
        equal, opposite = sum(pairs.equal for pairs in found), sum(pairs.opposite for pairs in found)
        where = "among records with the same key"
        if not equal + opposite:
            equal, opposite = pairing.amounts_meet(self.profile)
            where = "among amounts on near dates"
        choice = "opposite" if opposite > equal else "equal"
        sure = 100 * max(equal, opposite) // max(1, equal + opposite)
        self._say("Signs", choice, f"{where} {equal} are equal and {opposite} cancel each other out", sure)
        return opposite > equal

    def _is_key(self, meet: Meet, pairs: Pairs, *, opposite: bool) -> bool:
        agree = pairs.opposite if opposite else pairs.equal
        if agree * 3 < pairs.count or not agree:
            return False
        because = f"{meet.values} sampled values meet; {agree} of {pairs.count} pairs have the amount in common too"
        self._say("Common key", f"{meet.left} = {meet.right}", because, min(99, 50 + 50 * agree // pairs.count))
        return True

    def _learn(self, meets: list[Meet], keys: list[tuple[Meet, Pairs]]) -> Learnt:
        before = after = _NEAR
        tolerance: Decimal | None = None
        if keys and keys[0][1].count >= _ENOUGH:
            pairs = keys[0][1]
            before, after = (min(_FAR, max(_NEAR, days)) for days in (pairs.before, pairs.after))
            tolerance = rounded_up(Decimal(pairs.difference).scaleb(-usual_scale(self.profile.scales))) or None
            self._say(
                "Dates", f"{before} days before to {after} after", "so far apart are records with the same key", 90
            )
        if tolerance is not None:
            self._say("Tolerance", f"{tolerance}", "nine in ten differing amounts of one key differ by less", 80)
        return Learnt(
            before=before,
            after=after,
            dated=self.profile.have("booking_date", "booking_date"),
            timed=self.profile.have("occurred_at", "occurred_at"),
            tolerance=tolerance,
            partition=tuple(self._partition(meets, keys)),
            names=self._names(),
        )

    def _partition(self, meets: list[Meet], keys: list[tuple[Meet, Pairs]]) -> Iterator[Rule]:
        """A field with few values in which records with the same key agree: an account, a branch."""
        for meet in meets if keys else ():
            if meet.left != meet.right or min(meet.left_rows, meet.right_rows) < _FEW_ROWS:
                continue
            filled, equal = pairing.agreeing(self.profile, keys[0][0], meet.left, meet.right)
            if filled >= _ENOUGH and equal * 200 >= filled * 199:
                self._say("Same field", meet.left, f"equal in {equal} of {filled} pairs with the same key", 95)
                yield SameField(left=meet.left, right=meet.right)

    def _names(self) -> tuple[str, str] | None:
        for pair in (
            ("counterparty", "counterparty"),
            ("text", "text"),
            ("text", "counterparty"),
            ("counterparty", "text"),
        ):
            if self.profile.have(*pair):
                return pair
        return None

    def _in_text(self, learnt: Learnt) -> Iterator[Pass]:
        for left, right in (("text", "reference"), ("reference", "text"), ("text", "text")):
            asked, met = pairing.tokens_meet(self.profile, left, right) if self.profile.have(left, right) else (0, 0)
            if met and met * 50 >= asked:
                self._say("Reference in text", f"{right} in {left}", f"{met} of {asked} sampled numbers meet", 85)
                yield from guesses.in_text(left, right, learnt)

    def _groups(
        self, meets: list[Meet], *, opposite: bool
    ) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Cardinality]]:
        tried = 0
        for meet in meets:
            kind = cardinality_of(meet)
            if kind is None or tried == _TRIED:
                continue
            tried += 1
            by_day = ((meet.left, "booking_date"), (meet.right, "booking_date"))
            for left, right in (
                (by_day, ((meet.left,), (meet.right,))) if kind == "n:m" else (((meet.left,), (meet.right,)),)
            ):
                several, equal = pairing.sums(self.profile, left, right, opposite=opposite)
                if len(set(left)) == len(left) and sums_meet(meet, several, equal):
                    because = f"the sums of {equal} of {several} keys with unlike numbers of lines are equal"
                    self._say("Group", f"{' and '.join(left)} = {' and '.join(right)} ({kind})", because, 90)
                    yield left, right, kind

    def _entities(self) -> Iterator[Pass]:
        digits, words = self.profile.number_and_name()
        self._say("Passes", f"{digits or 'none'}", "no side has amounts: records are compared by what they say", 60)
        yield from guesses.entities(digits, words)
