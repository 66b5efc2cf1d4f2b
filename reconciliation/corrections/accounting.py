"""An import's account of its lines, after one of them went another way (I9)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reconciliation.money import exact_sum

Amounts = Mapping[str, Decimal]


def moved(
    accounting: list[dict[str, Any]], *, lines: int, gone: tuple[str, Amounts], come: tuple[str, Amounts]
) -> list[dict[str, Any]]:
    """The document with these lines taken out of one category and added to another, each with its own amounts."""
    rows = {row["category"]: {**row, "amounts": dict(row["amounts"])} for row in accounting}
    for sign, (category, amounts) in ((-1, gone), (1, come)):
        row = rows.setdefault(category, {"category": category, "lines": 0, "amounts": {}})
        row["lines"] += sign * lines
        for currency, amount in amounts.items():
            total = exact_sum((Decimal(row["amounts"].get(currency, "0")), sign * amount))
            row["amounts"][currency] = f"{total:f}"
    return list(rows.values())
