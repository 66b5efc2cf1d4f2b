"""I2: what the legs leave over, a person's typed adjustments take up, exactly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from cqrs import DomainError
from reconciliation.models import Adjustment, AdjustmentKind, MatchGroup
from reconciliation.money import MAX_SCALE, exact_sum, to_integer

LARGEST = 2**63 - 1
MOST_WHOLE_DIGITS = 18  # beside the first one; whether the integer fits is known at its scale
MOST_DIGITS = 31  # of the largest whole amount and of all decimals together
_WIDE = Context(prec=60)


class UnbalancedMatchError(DomainError):
    """The records and the adjustments do not net to zero. Add what is missing as a typed adjustment."""


class AmountsTooLargeError(DomainError):
    """The amounts add up to more than the platform can hold exactly."""


@dataclass(frozen=True, kw_only=True)
class AdjustmentLine:
    """A typed amount that a person adds to the legs' difference to bring it to zero."""

    kind: str
    amount: Decimal
    reason: str = ""


def adjustment_problems(lines: Iterable[AdjustmentLine]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.kind not in AdjustmentKind.values:
            yield "adjustments", f"{line.kind!r} is none of {', '.join(AdjustmentKind.values)}."
        if not line.amount.is_finite() or not line.amount:
            yield "adjustments", f"{line.amount} is no amount to adjust by."
        elif len(line.amount.as_tuple().digits) > MOST_DIGITS or line.amount.adjusted() > MOST_WHOLE_DIGITS:
            yield "adjustments", f"{line.amount} is more than the platform can hold exactly."
        elif line.amount.adjusted() < -MAX_SCALE or _decimals(line.amount) > MAX_SCALE:
            yield "adjustments", f"{line.amount} has more than {MAX_SCALE} decimals."


def adjustments_of(group: MatchGroup, lines: Iterable[AdjustmentLine]) -> list[Adjustment]:
    """The lines as rows of the group, not yet saved."""
    rows = []
    for line in lines:
        scale = max(group.scale, _decimals(line.amount))
        rows.append(
            Adjustment(
                group_id=group.id,
                project_id=group.project_id,
                kind=line.kind,
                amount=fitting(to_integer(line.amount, scale)),
                scale=scale,
                currency=group.currency,
                reason=line.reason,
            )
        )
    return rows


def require_balance(group: MatchGroup, adjustments: Sequence[Adjustment]) -> None:
    left_over = exact_sum((group.net, *(line.money for line in adjustments)))
    if left_over:
        raise UnbalancedMatchError(
            f"{left_over:f} {group.currency} is left over: the records differ by {group.net:f}. "
            f"Add adjustments of {left_over.copy_negate():f} {group.currency} in all."
        )


def fitting(amount: int) -> int:
    if abs(amount) > LARGEST:
        raise AmountsTooLargeError
    return amount


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize(_WIDE).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
