"""Where every physical line of a file went, by count and by amount (I9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from reconciliation.formats import LineCount
from reconciliation.money import to_decimal

_SUMS = "SELECT currency, scale, sum(amount) AS total FROM records WHERE amount IS NOT NULL GROUP BY ALL ORDER BY ALL"


@dataclass
class Tally:
    """Lines and amounts that go one way."""

    lines: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, lines: int, amounts: dict[str, Decimal], sign: int = 1) -> None:
        self.lines += sign * lines
        for currency, amount in amounts.items():
            self.amounts[currency] = self.amounts.get(currency, Decimal(0)) + sign * amount

    def document(self, category: str) -> dict[str, Any]:
        amounts = {currency: f"{amount:f}" for currency, amount in sorted(self.amounts.items())}
        return {"category": category, "lines": self.lines, "amounts": amounts}


def account(counts: Iterable[LineCount], taken_out: dict[str, Tally]) -> list[dict[str, Any]]:
    """The reading's own account, with what the source has already and what it contradicts taken out of the records."""
    tallies: dict[str, Tally] = {count.category: _tally(count) for count in counts}
    records = tallies.setdefault("record", Tally())
    for category, moved in taken_out.items():
        if moved.lines:
            records.add(moved.lines, moved.amounts, sign=-1)
            tallies.setdefault(category, Tally()).add(moved.lines, moved.amounts)
    return [tally.document(category) for category, tally in tallies.items()]


def _tally(count: LineCount) -> Tally:
    return Tally(count.lines, dict(count.amounts))


def sums(records: pa.Table) -> dict[str, Decimal]:
    with duckdb.connect() as connection:
        connection.register("records", records.select(["currency", "scale", "amount"]))
        rows: Iterable[tuple[str, int, int]] = connection.execute(_SUMS).fetchall()
    tally = Tally()
    for currency, scale, total in rows:
        tally.add(0, {currency: to_decimal(int(total), scale)})
    return tally.amounts
