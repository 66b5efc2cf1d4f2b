"""A formula over both sides, read with sqlglot and built anew from what it may contain; nothing else is executed.

Money is exact: minor units and the number of further decimals that literals brought along, in 128 bits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.expressions import Condition, Expr

from reconciliation.rules.currencies import per_scale
from reconciliation.rules.expressions import absolute, number, text, wide
from reconciliation.rules.side import DATE_FIELDS, Side, days_since_1970

Kind = Literal["truth", "money", "number", "text", "day"]

_MOST_DECIMALS, _LONGEST, _DEEPEST = 9, 1_000, 30
MAY_CONTAIN = (
    "left.FIELD and right.FIELD, numbers, 'texts', DATE '2026-03-31', + - *, = <> < <= > >=, AND OR NOT, BETWEEN, IN, "
    "IS NULL, ABS, LEAST, GREATEST and COALESCE"
)


class FormulaError(ValueError):
    """The formula cannot be read, or holds something that no formula may hold."""


@dataclass(frozen=True)
class Value:
    """An expression, what it is, and to how many further decimals it is scaled."""

    kind: Kind
    expression: Condition
    decimals: int = 0

    def scaled(self, decimals: int) -> "Value":
        more = decimals - self.decimals
        if not more:
            return self
        return Value(self.kind, exp.paren(exp.paren(self.expression) * number(10**more)), decimals)


def condition_of(formula: str, left: Side, right: Side) -> Condition:
    """What the formula says of two sides. Raises FormulaError that says what is wrong."""
    if len(formula) > _LONGEST:
        raise FormulaError(f"a formula has at most {_LONGEST} characters")
    try:
        tree = sqlglot.parse_one(formula, dialect="duckdb")
    except RecursionError as error:
        raise FormulaError("is nested too deeply") from error
    except SqlglotError as error:
        raise FormulaError(f"cannot be read: {str(error).splitlines()[0]}") from error
    found = _Reading({"left": left, "right": right}).value(tree, 0)
    if found.kind != "truth":
        raise FormulaError("says nothing that holds or does not: compare two things")
    return found.expression


@dataclass(frozen=True)
class _Reading:
    sides: dict[str, Side]

    def value(self, node: Expr, depth: int) -> Value:
        reader = _READERS.get(type(node))
        if reader is None:
            raise FormulaError(
                f"“{node.sql('duckdb')[:60]}” may not stand in a formula, which may contain {MAY_CONTAIN}"
            )
        if depth > _DEEPEST:
            raise FormulaError("is nested too deeply")
        return reader(self, node, depth + 1)

    def column(self, node: Expr, depth: int) -> Value:
        del depth
        assert isinstance(node, exp.Column)
        side = self.sides.get(node.table.lower())
        if side is None or node.db:
            raise FormulaError(f"“{node.sql('duckdb')}” is of no side: write left.{node.name} or right.{node.name}")
        if node.name == "amount":
            return Value("money", wide(side.amount))
        if node.name in DATE_FIELDS:
            return Value("day", side.days(node.name).first)
        return Value("text", side.text(node.name))

    def literal(self, node: Expr, depth: int) -> Value:
        del depth
        assert isinstance(node, exp.Literal)
        if node.is_string:
            return Value("text", text(node.name))
        try:
            found = Decimal(node.name)
        except InvalidOperation as error:
            raise FormulaError(f"{node.name} is no number") from error
        decimals = max(0, -int(found.as_tuple().exponent))
        if decimals > _MOST_DECIMALS or found.adjusted() > _MOST_DECIMALS:
            raise FormulaError(f"{node.name} has too many digits")
        return Value("number", wide(number(int(found.scaleb(decimals)))), decimals)

    def day(self, node: Expr, depth: int) -> Value:
        del depth
        assert isinstance(node, exp.Cast)
        if not node.is_type("date") or not isinstance(node.this, exp.Literal):
            raise FormulaError("a day is written as DATE '2026-03-31'")
        try:
            return Value("day", number(days_since_1970(date.fromisoformat(node.this.name))))
        except ValueError as error:
            raise FormulaError(f"{node.this.name} is no day: write DATE '2026-03-31'") from error

    def paren(self, node: Expr, depth: int) -> Value:
        inner = self.value(node.this, depth)
        return Value(inner.kind, exp.paren(inner.expression), inner.decimals)

    def negative(self, node: Expr, depth: int) -> Value:
        return self._one(node, depth, lambda value: exp.Neg(this=exp.paren(value)))

    def size(self, node: Expr, depth: int) -> Value:
        return self._one(node, depth, absolute)

    def sum(self, node: Expr, depth: int) -> Value:
        left, right = self._two(node, depth)
        minus = isinstance(node, exp.Sub)
        if left.kind == "day" and right.kind in ("number", "day") and not right.decimals:
            if (right.kind == "day") and not minus:
                raise FormulaError("two days cannot be added")
            kind: Kind = "number" if right.kind == "day" else "day"
        else:
            left, right = self._alike(left, right)
            kind = left.kind
        if kind == "text":
            raise FormulaError("texts cannot be added")
        added = exp.Sub if minus else exp.Add
        return Value(kind, exp.paren(added(this=left.expression, expression=right.expression)), left.decimals)

    def product(self, node: Expr, depth: int) -> Value:
        left, right = self._two(node, depth)
        kinds = {left.kind, right.kind}
        if not kinds <= {"money", "number"} or (left.kind == right.kind == "money"):
            raise FormulaError(f"{left.kind} times {right.kind} is nothing: multiply an amount by a number")
        kind: Kind = "money" if "money" in kinds else "number"
        product = exp.Mul(this=exp.paren(left.expression), expression=exp.paren(right.expression))
        return Value(kind, exp.paren(product), left.decimals + right.decimals)

    def comparison(self, node: Expr, depth: int) -> Value:
        left, right = self._alike(*self._two(node, depth))
        return Value("truth", exp.paren(type(node)(this=left.expression, expression=right.expression)))

    def between(self, node: Expr, depth: int) -> Value:
        parts = [self.value(node.args[name], depth) for name in ("this", "low", "high")]
        within = [
            exp.GTE(this=one.expression, expression=other.expression)
            for one, other in (self._alike(parts[0], parts[1]), self._alike(parts[2], parts[0]))
        ]
        return Value("truth", exp.paren(exp.and_(*within)))

    def one_of(self, node: Expr, depth: int) -> Value:
        wanted = self.value(node.this, depth)
        if not node.expressions:
            raise FormulaError("IN needs a list of values")
        pairs = [self._alike(wanted, self.value(part, depth)) for part in node.expressions]
        return Value("truth", exp.paren(exp.or_(*(one.expression.eq(other.expression) for one, other in pairs))))

    def joined(self, node: Expr, depth: int) -> Value:
        left, right = (exp.paren(_truth(part)) for part in self._two(node, depth))
        return Value("truth", exp.paren(type(node)(this=left, expression=right)))

    def negation(self, node: Expr, depth: int) -> Value:
        return Value("truth", exp.not_(exp.paren(_truth(self.value(node.this, depth)))))

    def missing(self, node: Expr, depth: int) -> Value:
        if not isinstance(node.args["expression"], exp.Null):
            raise FormulaError("IS is only for NULL")
        return Value("truth", self.value(node.this, depth).expression.is_(exp.null()))

    def several(self, node: Expr, depth: int) -> Value:
        parts = [self.value(part, depth) for part in (node.this, *node.expressions)]
        first = parts[0]
        for part in parts[1:]:
            first, _ = self._alike(first, part)
        alike = [self._alike(first, part)[1].expression for part in parts[1:]]
        found = exp.paren(type(node)(this=first.expression, expressions=alike))
        return Value(first.kind, found, first.decimals)

    def _one(self, node: Expr, depth: int, build: Callable[[Condition], Condition]) -> Value:
        inner = self.value(node.this, depth)
        if inner.kind not in ("money", "number"):
            raise FormulaError(f"“{node.sql('duckdb')}” needs an amount or a number")
        return Value(inner.kind, build(inner.expression), inner.decimals)

    def _alike(self, one: Value, other: Value) -> tuple[Value, Value]:
        """Both at the same decimals. A plain number beside money is an amount of it."""
        if {one.kind, other.kind} == {"money", "number"}:
            one, other = self._as_money(one), self._as_money(other)
        if one.kind != other.kind or one.kind == "truth":
            raise FormulaError(f"{one.kind} and {other.kind} cannot be compared or added")
        decimals = max(one.decimals, other.decimals)
        return one.scaled(decimals), other.scaled(decimals)

    def _as_money(self, value: Value) -> Value:
        if value.kind == "money":
            return value
        left = self.sides["left"]
        unit = per_scale(left.column("currency"), left.scales, lambda scale: number(10**scale))
        return Value("money", exp.paren(value.expression) * exp.paren(unit), value.decimals)

    def _two(self, node: Expr, depth: int) -> tuple[Value, Value]:
        return self.value(node.this, depth), self.value(node.args["expression"], depth)


def _truth(value: Value) -> Condition:
    if value.kind != "truth":
        raise FormulaError("AND, OR and NOT join comparisons")
    return value.expression


_READERS: dict[type[Expr], Callable[[_Reading, Expr, int], Value]] = {
    exp.Column: _Reading.column,
    exp.Literal: _Reading.literal,
    exp.Cast: _Reading.day,
    exp.Paren: _Reading.paren,
    exp.Neg: _Reading.negative,
    exp.Abs: _Reading.size,
    exp.Add: _Reading.sum,
    exp.Sub: _Reading.sum,
    exp.Mul: _Reading.product,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), _Reading.comparison),
    exp.And: _Reading.joined,
    exp.Or: _Reading.joined,
    exp.Not: _Reading.negation,
    exp.Is: _Reading.missing,
    exp.Between: _Reading.between,
    exp.In: _Reading.one_of,
    exp.Least: _Reading.several,
    exp.Greatest: _Reading.several,
    exp.Coalesce: _Reading.several,
}
