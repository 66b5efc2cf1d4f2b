"""Where every line of a file goes, as a table. Knows neither the database nor the messages."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from rich.table import Table

from reconciliation.console.screen import money, table


class Count(Protocol):
    """What a reading and an import both have: lines and amounts of one category."""

    @property
    def category(self) -> str: ...
    @property
    def lines(self) -> int: ...
    @property
    def amounts(self) -> Mapping[str, Decimal]: ...


def accounting_table(title: str, counts: Iterable[Count]) -> Table:
    drawn = table(title, "What", "Lines", "Amount", "Currency", numbers=("Lines", "Amount"))
    for count in counts:
        amounts: list[tuple[str, Decimal | None]] = [*count.amounts.items()] or [("", None)]
        for place, (currency, amount) in enumerate(amounts):
            first = place == 0
            drawn.add_row(count.category if first else "", f"{count.lines:,}" if first else "", money(amount), currency)
    return drawn
