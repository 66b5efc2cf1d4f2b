"""What a pass asks of a pair, one check at a time: its keys, and its rules as they are and as they might be wider."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.engine.plan import Plan
from reconciliation.engine.units import ask
from reconciliation.rules import Meeting, Rule

KEY = "Key"


@dataclass(frozen=True)
class Check:
    """One thing that must hold of a pair, as expressions over the aliases l and r.

    `measured` is the name under which its measure is known to the score; `nearly` is what a wider rule measures, and
    `near` whether that one holds. `meeting` is given where the rule is that two lists have a value in common.
    """

    name: str
    words: str
    condition: Condition | None
    rule: Rule | None = None
    measured: str | None = None
    measure: Condition | None = None
    meeting: Meeting | None = None
    nearly: Condition | None = None
    near: Condition | None = None

    def columns(self, alias: str) -> list[str]:
        """The columns of one side that it compares, in the order in which it names them."""
        return self._columns[alias]

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        parts = [self.condition, self.measure]
        parts += [self.meeting.left, self.meeting.right] if self.meeting is not None else []
        found: dict[str, dict[str, None]] = {"l": {}, "r": {}}
        for part in parts:
            for column in part.find_all(exp.Column, bfs=False) if part is not None else ():
                found.setdefault(column.table, {})[column.name] = None
        return {alias: [name for name in names if name != "currency"] or [*names] for alias, names in found.items()}

    def miss(self, nearly: int | None, difference: Decimal) -> str:
        """What would have made it true."""
        told = None if self.rule is None or nearly is None else self.rule.miss(nearly, difference)
        return told or f"does not hold: {self.words[:1].lower()}{self.words[1:]}"


def checks_of(plan: Plan) -> tuple[Check, ...]:
    """Asking for a check makes the sides of the plan carry what it needs."""
    return (*_keys(plan), *(_rule(plan, number, rule) for number, rule in enumerate(plan.part.rules)))


def _keys(plan: Plan) -> Iterator[Check]:
    if not plan.part.shared_keys:
        return
    pairs = zip(plan.part.group_by.left_keys, plan.part.group_by.right_keys, strict=True)
    for words, (left, right) in zip(plan.part.keys_in_words(), pairs, strict=True):
        yield Check(KEY, words, ask(plan.left, left).eq(ask(plan.right, right)))


def _rule(plan: Plan, number: int, rule: Rule) -> Check:
    left, right = plan.left, plan.right
    wider = rule.relaxed()
    nearly = None if wider is None else wider.measure(left, right)
    return Check(
        name=rule.type_name,
        words=rule.in_words(),
        condition=rule.condition(left, right),
        rule=rule,
        measured=f"measure {number}" if f"measure {number}" in plan.measures else None,
        measure=rule.measure(left, right),
        meeting=rule.meeting(left, right) if rule.must_meet else None,
        nearly=nearly,
        near=None if wider is None else _near(wider, plan, nearly),
    )


def _near(wider: Rule, plan: Plan, nearly: Condition | None) -> Condition | None:
    condition = wider.condition(plan.left, plan.right)
    tested = None if nearly is None else wider.holds(nearly)
    known = [part for part in (condition, tested) if part is not None]
    return exp.and_(*known) if known else None
