"""Adjustments as people type them."""

from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from cqrs import InvalidMessageError
from reconciliation.decisions.balance import AdjustmentLine

KINDS = (("fee", "Fee"), ("rounding", "Rounding"), ("write_off", "Write-off"), ("fx", "Exchange difference"))


def typed_adjustments(typed: QueryDict) -> tuple[AdjustmentLine, ...]:
    """One for each row of the form. Raises `InvalidMessageError` when an amount is no number."""
    columns = (typed.getlist(f"adjustment_{name}") for name in ("kind", "amount", "reason"))
    try:
        return tuple(
            AdjustmentLine(kind=kind, amount=Decimal(amount.strip()), reason=reason.strip())
            for kind, amount, reason in zip(*columns, strict=False)
        )
    except InvalidOperation as error:
        text = "The amount of an adjustment is a number, such as -1.50."
        raise InvalidMessageError(fields={"adjustments": [text]}) from error
