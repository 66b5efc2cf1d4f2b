"""What a pass asks of both sides, worked out before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.engine.rates import rate_table
from reconciliation.engine.units import ask
from reconciliation.rules import AllowedAdjustment, Meeting, Pass, Rule, Side
from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.blocking import is_equality
from reconciliation.rules.calendar import Calendar
from reconciliation.rules.expressions import absolute, number, quotient
from reconciliation.rules.rule import FULL_SCORE

_KEY_WEIGHT = 60


@dataclass(frozen=True)
class Plan:
    """One pass as expressions over the aliases l and r."""

    part: Pass
    number: int
    flips: bool
    left: Side
    right: Side
    conditions: tuple[Condition, ...]
    meetings: tuple[Meeting, ...]
    measures: Mapping[str, tuple[Rule, Condition]]
    adjustable: Condition
    ties: Mapping[str, Condition]
    rates: pa.Table | None = None

    def asked_of(self, side: str) -> tuple[Side, ...]:
        """The sides of the pass that read this side of the run: a contra looks for both its lines on one."""
        in_scope = Side(side[0])
        self.part.scope.conditions(in_scope, side)
        if self.part.is_contra and side not in self.part.contra_sides:
            return ()
        if self.part.is_contra and not self.part.contra_by_keys:
            return (self.left, self.right, in_scope)
        return (self.left, in_scope) if side == "left" else (self.right, in_scope)

    def scope_of(self, side: str, alias: str) -> tuple[Condition, ...]:
        """Which records of a side the pass looks at, where they are called by an alias."""
        return tuple(self.part.scope.conditions(Side(alias), side))

    @property
    def score(self) -> Condition:
        """The weighted mean of the rules' scores over their measures, rounded down."""
        weights, constant, parts = 0, 0, []
        for rule in self.part.rules:
            weights += rule.weight
            scored = self._scored(rule)
            if scored is None:
                constant += rule.weight * FULL_SCORE
            else:
                parts.append(exp.paren(scored) * number(rule.weight))
        if self.part.shared_keys or self.part.contra_by_keys or not weights:
            weights, constant = weights + _KEY_WEIGHT, constant + _KEY_WEIGHT * FULL_SCORE
        total = number(constant)
        for scored in parts:
            total = total + scored
        return quotient(total, number(weights))

    @property
    def needs_test(self) -> list[Condition]:
        """Conditions on measures."""
        found = [rule.holds(exp.column(name, quoted=True)) for name, (rule, _) in self.measures.items()]
        return [condition for condition in found if condition is not None]

    def sentences(self) -> list[Condition]:
        names = {id(rule): name for name, (rule, _) in self.measures.items()}
        return [rule.sentence(exp.column(names.get(id(rule), "score"), quoted=True)) for rule in self.part.rules]

    def _scored(self, rule: Rule) -> Condition | None:
        for name, (measured, _) in self.measures.items():
            if measured is rule:
                return rule.score(exp.column(name, quoted=True))
        return None


def plan_pass(
    part: Pass, position: int, scales: Mapping[str, int], *, opposite: bool, calendar: Calendar | None = None
) -> Plan:
    left = Side("l", grouped=part.groups_left, scales=scales, calendar=calendar)
    right = Side("r", grouped=part.groups_right, scales=scales, calendar=calendar)
    for side, keys in ((left, part.group_by.left_keys), (right, part.group_by.right_keys)):
        for key in keys:
            ask(side, key)
    if part.conversion is not None:
        right.worth = part.conversion.worth(right)
    conditions = [*_same_currency(part, left, right), *_shared(part, left, right)]
    conditions += [found for rule in part.rules if (found := rule.condition(left, right)) is not None]
    return Plan(
        part=part,
        number=position,
        flips=(opposite or part.flips_sign) if not part.is_contra else True,
        left=left,
        right=right,
        conditions=tuple(conditions),
        meetings=_meetings(part, left, right),
        measures={
            f"measure {number}": (rule, found)
            for number, rule in enumerate(part.rules)
            if (found := rule.measure(left, right)) is not None
        },
        adjustable=_adjustable(part.adjustment, left, right),
        ties={name: _tie(name, left, right) for name in part.tie_break},
        rates=None if part.conversion is None else rate_table(part.conversion, scales),
    )


def _same_currency(part: Pass, left: Side, right: Side) -> list[Condition]:
    """Across currencies the rates say which two belong together. A contra's lines cancel each other out."""
    if part.conversion is not None:
        return []
    same: list[Condition] = [left.column("currency").eq(right.column("currency"))]
    return [*same, left.amount.eq(right.amount)] if part.is_contra else same


def _shared(part: Pass, left: Side, right: Side) -> list[Condition]:
    if not part.shared_keys:
        return []
    pairs = zip(part.group_by.left_keys, part.group_by.right_keys, strict=True)
    return [ask(left, one).eq(ask(right, other)) for one, other in pairs]


def _meetings(part: Pass, left: Side, right: Side) -> tuple[Meeting, ...]:
    """Those that are rules themselves; short cuts only where no selective equality makes them useless."""
    selective = part.shared_keys or part.is_contra or any(rule.names_something for rule in part.rules)
    if part.conversion is not None:  # amounts meet only once they are converted
        selective = True
    wanted = [rule for rule in part.rules if rule.must_meet or not (selective or _is_equality(rule, left, right))]
    return tuple(found for rule in wanted if (found := rule.meeting(left, right)) is not None)


def _is_equality(rule: Rule, left: Side, right: Side) -> bool:
    condition = rule.condition(left, right)
    return condition is not None and is_equality(condition)


def _adjustable(allowed: AllowedAdjustment | None, left: Side, right: Side) -> Condition:
    if allowed is None:
        return exp.false()
    limit = AmountWithin(absolute=allowed.max, percent=allowed.max_percent, base="larger")
    return limit.condition(left, right)


def _tie(name: str, left: Side, right: Side) -> Condition:
    """What is smaller comes first."""
    match name:
        case "nearest_date":
            one, other = left.days("booking_date"), right.days("booking_date")
            apart = exp.Greatest(this=absolute(other.last - one.first), expressions=[absolute(other.first - one.last)])
            return exp.Coalesce(this=apart, expressions=[number(10**6)])
        case "newest":
            return exp.Neg(this=exp.paren(_together(left, right)))
        case "oldest":
            return _together(left, right)
        case _:
            return number(0)


def _together(left: Side, right: Side) -> Condition:
    days = [exp.Coalesce(this=side.days("booking_date").last, expressions=[number(0)]) for side in (left, right)]
    return exp.paren(days[0] + days[1])
