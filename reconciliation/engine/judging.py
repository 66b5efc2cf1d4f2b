"""What may be a coincidence and what not: the judgement behind a proposal."""

from decimal import Decimal

from reconciliation.engine.profiling import Meet
from reconciliation.rules.rule_pass import Cardinality

_ONE_ROW = 1.3
_FEW_ROWS = 40
_MANY_ROWS = 1_000
_MOSTLY = 0.8
_DAYS_THAT_MEET = 3


def may_be_key(meet: Meet) -> bool:
    if "booking_date" in (meet.left, meet.right) or max(meet.left_rows, meet.right_rows) > _FEW_ROWS:
        return False
    return meet.with_digits >= _MOSTLY or (meet.left, meet.right) == ("reference", "reference")


def cardinality_of(meet: Meet) -> Cardinality | None:
    """How many lines of each side share a value; None where that cannot be a group."""
    one_left, one_right = meet.left_rows < _ONE_ROW, meet.right_rows < _ONE_ROW
    by_date = (meet.left, meet.right) == ("booking_date", "booking_date")
    dates = "booking_date" in (meet.left, meet.right) and not by_date
    named = meet.with_digits >= _MOSTLY or (meet.left, meet.right) == ("reference", "reference")
    if dates or not named or (one_left and one_right) or max(meet.left_rows, meet.right_rows) > _MANY_ROWS:
        return None
    if by_date and not (one_left or one_right):
        return None
    return "1:n" if one_left else "n:1" if one_right else "n:m"


def sums_meet(meet: Meet, several: int, equal: int) -> bool:
    """Days are shared by chance, references are not."""
    if meet.left == meet.right == "booking_date":
        return equal >= _DAYS_THAT_MEET and equal * 5 >= several * 4
    return equal > 0 and equal * 2 >= several


def rounded_up(amount: Decimal) -> Decimal:
    """To one, two or five times a power of ten."""
    if amount <= 0:
        return Decimal(0)
    power = Decimal(1).scaleb(amount.adjusted())
    step = next(step for step in (1, 2, 5, 10) if power * step >= amount)
    return Decimal(f"{power * step:f}")
