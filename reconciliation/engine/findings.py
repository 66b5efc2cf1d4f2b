"""What was found of a pair, in the words and values in which a person reads it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reconciliation.engine.checks import Check
from reconciliation.engine.looking import Asked
from reconciliation.rules import Side
from reconciliation.rules.rule import FULL_SCORE

_EPOCH_DAY = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A field's name and its value.
Value = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class RuleFinding:
    """One check of a pair. `text` says how it held, or what would have made it true; `score` is 0 to 10000.

    `left` and `right` are what was compared; `near` is whether a wider rule holds.
    """

    rule: str
    words: str
    left: tuple[Value, ...]
    right: tuple[Value, ...]
    held: bool
    near: bool
    text: str
    score: int
    weight: int


@dataclass(frozen=True, kw_only=True)
class PairFinding:
    """What a pass makes of two records, or of what they add up to; `difference` is left minus right, in money."""

    left: int
    right: int
    pass_name: str
    score: int
    difference: Decimal
    adjustable: bool
    rules: tuple[RuleFinding, ...]

    @property
    def failed(self) -> tuple[RuleFinding, ...]:
        return tuple(rule for rule in self.rules if not rule.held)


def finding_of(asked: Asked, row: Mapping[str, Any], apart: Collection[int]) -> PairFinding:
    """`row` is what was measured; `apart` are the checks, by their place, whose lists have nothing in common."""
    amounts = [Decimal(row[f"{side} amount"] or 0) for side in ("left", "right")]
    difference = (amounts[0] - amounts[1]).scaleb(-asked.plan.left.scales.get(row["left currency"], 0))
    said = _Said(asked, row, difference)
    rules = [said.of(place, check, met=place not in apart) for place, check in enumerate(asked.checks)]
    return PairFinding(
        left=row["left"],
        right=row["right"],
        pass_name=asked.part.name,
        score=max(0, row["total"]),
        difference=difference,
        adjustable=bool(row["adjustable"]),
        rules=(*said.currencies(), *rules),
    )


@dataclass(frozen=True)
class _Said:
    asked: Asked
    row: Mapping[str, Any]
    difference: Decimal

    def currencies(self) -> tuple[RuleFinding, ...]:
        """Told only where it is what keeps the two apart."""
        left, right = self.row["left currency"], self.row["right currency"]
        if left == right or self.asked.plan.rates is not None:
            return ()
        finding = RuleFinding(
            rule="Currency",
            words="Same currency",
            left=(("currency", left),),
            right=(("currency", right),),
            held=False,
            near=False,
            text=f"{left} is not {right}",
            score=0,
            weight=0,
        )
        return (finding,)

    def of(self, place: int, check: Check, *, met: bool) -> RuleFinding:
        row = self.row
        tests = [row[name] is True for name in (f"holds {place}", f"tested {place}") if name in row]
        known = check.measured is None or row[check.measured] is not None
        held = met and known and all(tests)
        sentence = str(row.get(f"sentence {place}", check.words))
        return RuleFinding(
            rule=check.name,
            words=check.words,
            left=self._values(self.asked.plan.left, check, place),
            right=self._values(self.asked.plan.right, check, place),
            held=held,
            near=row.get(f"near {place}") is True,
            text=sentence if held else check.miss(row.get(f"nearly {place}", 0), self.difference),
            score=int(row.get(f"score {place}", FULL_SCORE) or 0) if held else 0,
            weight=check.rule.weight if check.rule is not None else 0,
        )

    def _values(self, side: Side, check: Check, place: int) -> tuple[Value, ...]:
        found: dict[str, str] = {}
        for name in check.columns(side.alias):
            value = self.row[f"{side.alias} {place} {name}"]
            field, text = _shown(side, name, value, self.row[f"{side.name} currency"])
            found[field] = f"{found[field]} to {text}" if found.get(field, text) != text else text
        return tuple(found.items())


def _shown(side: Side, name: str, value: Any, currency: str) -> Value:
    """A column of the engine as a person calls it, and its value as a person writes it."""
    need = side.texts.get(name)
    field = need.field if need is not None else name.removesuffix(" first").removesuffix(" last")
    if value is None:
        return field, ""
    if name == "amount":
        return field, f"{Decimal(value).scaleb(-side.scales.get(currency, 0))} {currency}"
    if need is None and field == "occurred_at":
        return field, (_EPOCH + timedelta(microseconds=value)).isoformat(sep=" ")
    if need is None and field in side.dates:
        return field, (_EPOCH_DAY + timedelta(days=value)).isoformat()
    return field, str(value)
