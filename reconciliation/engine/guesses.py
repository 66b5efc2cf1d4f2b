"""The passes that a proposal may hold, from what was learnt about the data."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.engine.profiling import Meet
from reconciliation.rules import Decide, GroupBy, Pass, Rule
from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.dates_within import DatesWithin
from reconciliation.rules.instants_within import InstantsWithin
from reconciliation.rules.reference_in_text import ReferenceInText
from reconciliation.rules.rule_pass import Cardinality
from reconciliation.rules.same_amount import SameAmount
from reconciliation.rules.same_field import SameField
from reconciliation.rules.same_reference import SameReference
from reconciliation.rules.similar_text import SimilarText

_SUGGEST = Decide(confirm_at=None)
_ONLY_IF_ALONE = Decide(confirm_at=None, ambiguous="leave_open")
_DAY = Decimal(24)


@dataclass(frozen=True)
class Learnt:
    """What both sides have in common."""

    before: int
    after: int
    dated: bool
    timed: bool
    tolerance: Decimal | None
    partition: tuple[Rule, ...]
    names: tuple[str, str] | None

    @property
    def near(self) -> tuple[Rule, ...]:
        """The dates that a machine may rely on."""
        if self.timed:
            return (InstantsWithin(hours=_DAY, days_before=0, days_after=1),)
        return self.window

    @property
    def window(self) -> tuple[Rule, ...]:
        return (DatesWithin(before=self.before, after=self.after),) if self.dated else ()

    @property
    def similar(self) -> SimilarText | None:
        if self.names is None:
            return None
        left, right = self.names
        if self.names == ("counterparty", "counterparty"):
            return SimilarText(left=left, right=right, at_least=80)
        return SimilarText(left=left, right=right, method="token_set", at_least=85)


def exact(meet: Meet, learnt: Learnt) -> Iterator[Pass]:
    """Same key and amount: confirmed on near dates, suggested on others."""
    rules = (_same(meet), SameAmount())
    name = _called(meet)
    yield Pass(name=f"Same {name} and amount", rules=(*rules, *learnt.near))
    if learnt.near:
        yield Pass(name=f"Same {name} and amount, other dates", rules=rules, decide=_SUGGEST)


def in_text(left: str, right: str, learnt: Learnt) -> Iterator[Pass]:
    """A reference within a text: confirmed with the same amount on near dates, else suggested."""
    found = ReferenceInText(left=left, right=right)
    name = f"Right {right} in left {left}"
    yield Pass(name=name, rules=(found, SameAmount(), *learnt.near))
    if learnt.near:
        yield Pass(name=f"{name}, other dates", rules=(found, SameAmount()), decide=_SUGGEST)
    if learnt.tolerance is not None:
        near = AmountWithin(absolute=learnt.tolerance)
        yield Pass(name=f"{name}, near amount", rules=(found, near, *learnt.near), decide=_SUGGEST)


def grouped(left: tuple[str, ...], right: tuple[str, ...], cardinality: Cardinality) -> Iterator[Pass]:
    """Equal sums of a shared key are confirmed."""
    keys = GroupBy(left=left, right=right)
    yield Pass(name=f"Sum by {_pair(left, right)}", cardinality=cardinality, group_by=keys, rules=(SameAmount(),))


def grouped_with_difference(left: tuple[str, ...], right: tuple[str, ...], cardinality: Cardinality) -> Pass:
    """Other sums of a shared key are one suggestion with its difference."""
    name = f"Sum by {_pair(left, right)} with a difference"
    keys = GroupBy(left=left, right=right)
    return Pass(name=name, cardinality=cardinality, group_by=keys, rules=(), decide=_SUGGEST)


def different(meet: Meet) -> Pass:
    return Pass(name=f"Same {_called(meet)}, amounts differ", rules=(_same(meet),), decide=_ONLY_IF_ALONE)


def by_name(learnt: Learnt) -> Iterator[Pass]:
    """Without a common key: amount, date and name, never confirmed."""
    if learnt.similar is None:
        return
    dates = learnt.window
    rules = (*learnt.partition, SameAmount(), *dates, learnt.similar)
    yield Pass(name="Same amount, similar name", rules=rules, decide=_SUGGEST)
    if learnt.tolerance is not None:
        left, right = learnt.similar.left, learnt.similar.right
        very = SimilarText(left=left, right=right, method=learnt.similar.method, at_least=90)
        near = AmountWithin(absolute=learnt.tolerance)
        rules = (*learnt.partition, near, *dates, very)
        yield Pass(name="Near amount, very similar name", rules=rules, decide=_SUGGEST)


def by_amount(learnt: Learnt) -> Pass:
    """Where nothing else is in common: amount and date, suggested where there is no second candidate."""
    rules = (*learnt.partition, SameAmount(), *learnt.window)
    return Pass(name="Same amount on near dates", rules=rules, decide=_ONLY_IF_ALONE)


def entities(digits: str | None, words: str | None) -> Iterator[Pass]:
    """Lists without amounts: a number that both carry, and a name."""
    if digits is None:
        return
    rules: list[Rule] = [SameField(left=digits, right=digits, compare="digits")]
    if words is not None:
        rules.append(SimilarText(left=words, right=words, method="token_set", at_least=50))
    yield Pass(name=f"Same {digits}", rules=tuple(rules), decide=_SUGGEST)


def _same(meet: Meet) -> SameReference:
    return SameReference(left=meet.left, right=meet.right)


def _called(meet: Meet) -> str:
    return _pair((meet.left,), (meet.right,))


def _pair(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    if left == right:
        return " and ".join(name.replace("_", " ") for name in left)
    return f"{' and '.join(left)} = {' and '.join(right)}"
