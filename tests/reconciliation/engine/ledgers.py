"""Small sides written by hand, and outcomes as one reads them."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.engine import Outcome, SideInput, Snapshot, match, with_keys
from reconciliation.formats.schema import record_schema
from reconciliation.rules import RuleSet

FIRST_RIGHT = 1_000_000
Row = Mapping[str, Any]
DAY = date(2026, 3, 2)
# `make test-spark` runs the same tests on Spark.
ENGINE_URL = os.environ.get("TEST_ENGINE_URL", "")


def snapshot(path: Path, rows: Iterable[Row], first_record_id: int = 1) -> SideInput:
    """Rows with at least `key`; amounts are decimals as text.

    Fields that are no core column become extras; there is always `batch`.
    """
    listed = list(rows)
    core = set(record_schema((), 0, ()).names)
    extras = tuple(sorted(({name for row in listed for name in row} | {"batch"}) - core))
    schema = record_schema(extras, 0, ())
    columns = {name: [_cell(name, row, number) for number, row in enumerate(listed, 1)] for name in schema.names}
    pq.write_table(with_keys(pa.table(columns, schema=schema)), path)
    return SideInput((Snapshot(path, first_record_id, source=path.stem),))


def _cell(name: str, row: Row, number: int) -> Any:
    amount = Decimal(row["amount"]) if row.get("amount") is not None else None
    scale = max(2, -int(amount.as_tuple().exponent)) if amount is not None else 0
    computed = {
        "line": number + 1,
        "row": number,
        "amount": None if amount is None else int(amount.scaleb(scale)),
        "scale": scale,
        "currency": row.get("currency", "EUR"),
        "booking_date": row.get("booking_date", DAY),
    }
    return computed.get(name, row.get(name)) if name in computed else row.get(name)


@dataclass
class Desk:
    """Two sides in a folder, ready to be matched."""

    folder: Path
    left: list[Row] = field(default_factory=list)
    right: list[Row] = field(default_factory=list)

    def inputs(self) -> tuple[SideInput, SideInput]:
        return (
            snapshot(self.folder / "left.parquet", self.left),
            snapshot(self.folder / "right.parquet", self.right, FIRST_RIGHT),
        )

    def match(self, *passes: Mapping[str, Any], **options: Any) -> "Found":
        of_set: dict[str, Any] = {name: options.pop(name) for name in ("opposite_signs", "calendar") if name in options}
        rules = RuleSet.from_document({"name": "Test", "passes": list(passes), **of_set})
        options.setdefault("url", ENGINE_URL)
        return Found(self, match(*self.inputs(), rules, **options))

    def key(self, record_id: int) -> str:
        rows, first = (self.right, FIRST_RIGHT) if record_id >= FIRST_RIGHT else (self.left, 1)
        return str(rows[record_id - first]["key"])


@dataclass
class Found:
    """An outcome by the records' own keys."""

    desk: Desk
    outcome: Outcome

    @property
    def groups(self) -> list[dict[str, Any]]:
        return self.outcome.groups.to_pylist()

    @property
    def legs(self) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
        sides: dict[int, tuple[set[str], set[str]]] = {row["group"]: (set(), set()) for row in self.groups}
        for leg in self.outcome.legs.to_pylist():
            sides[leg["group"]][leg["side"] == "right"].add(self.desk.key(leg["record_id"]))
        return {group: (frozenset(left), frozenset(right)) for group, (left, right) in sides.items()}

    def pairs(self, status: str | None = None) -> set[str]:
        """Groups as 'a+b=c', of one status or of all."""
        return {
            "+".join(sorted(self.legs[row["group"]][0])) + "=" + "+".join(sorted(self.legs[row["group"]][1]))
            for row in self.groups
            if status in (None, row["status"])
        }

    @property
    def confirmed(self) -> set[str]:
        return self.pairs("confirmed")

    @property
    def suggested(self) -> set[str]:
        return self.pairs("suggested")

    def reasons(self, place: int = 0) -> list[str]:
        found: list[str] = json.loads(self.groups[place]["reasons"])
        return found


def record(key: str, amount: str | None = "10.00", **fields: Any) -> Row:
    return {"key": key, "amount": amount, **fields}


def on(day: int, month: int = 3) -> date:
    return date(2026, month, day)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def one(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pass of these rules."""
    return {"name": "Pass", "rules": list(rules), **more}
