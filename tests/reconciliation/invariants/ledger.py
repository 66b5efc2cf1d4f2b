"""A small pair of ledgers with every kind of pass in them, and the invariants checked from the rows alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconciliation.engine import Outcome, SideInput, Snapshot, match
from reconciliation.rules import RuleSet
from tests.reconciliation.engine.ledgers import FIRST_RIGHT, Row, on, record, snapshot

CUT_OFF = on(28)
RATE = {"unit": "USD", "currency": "EUR", "rate": "0.9175", "date": "2026-03-01"}
KEYS = {"left": ["reference"], "right": ["reference"]}
SAME, EQUAL = {"type": "SameReference"}, {"type": "SameAmount"}
PASSES: tuple[dict[str, Any], ...] = (
    {"name": "Exact", "rules": [SAME, EQUAL]},
    {
        "name": "Fee",
        "rules": [SAME, {"type": "ReferenceInText", "right": "text"}],
        "adjustment": {"kind": "fee", "max": "1.00"},
    },
    {
        "name": "FX",
        "rules": [SAME, {"type": "CurrencyConverted", "source": "ECB", "rates": [RATE], "oldest_rate_days": 60}],
        "adjustment": {"kind": "fx", "max": "0.10"},
    },
    {"name": "Contra", "cardinality": "contra", "rules": [SAME]},
    {"name": "Paid", "cardinality": "n:m", "group_by": KEYS, "rules": [{"type": "PartialPayment"}]},
    {"name": "Sum", "cardinality": "1:n", "subset": {"max_parts": 3}, "rules": [{"type": "DatesWithin", "after": 1}]},
    {"name": "Amount", "rules": [EQUAL]},
)
LEFT: tuple[Row, ...] = (
    record("exact", "11.11", reference="R1"),
    record("fee", "19.10", reference="R2", text="R2 INV-200020"),
    record("fx", "91.76", reference="R3", currency="EUR"),
    record("fx-half", "0.05", reference="R9"),
    record("entry", "7.00", reference="R4"),
    record("reversal", "-7.00", reference="R4"),
    record("pays", "60.00", reference="R5"),
    record("rest", "5.00", reference="other"),
    record("summed", "33.00", reference="R6", booking_date=on(20)),
    record("taken", "50.00", reference="R7"),
    record("late", "80.00", reference="R8", booking_date=on(30)),
    record("apart", "4.44", reference="RA"),
    record("euros", "3.33", reference="RB"),
    record("again", "40.00", booking_date=on(9)),
    record("cash", "6.66"),
)
RIGHT: tuple[Row, ...] = (
    record("exact", "11.11", reference="R1"),
    record("dollars", "3.33", reference="RB", currency="USD"),
    record("fee", "20.00", reference="R2", text="INV 200020"),
    record("fx", "100.00", reference="R3", currency="USD"),
    record("fx-half", "0.06", reference="R9", currency="USD"),
    record("second", "25.00", reference="R5", text="b"),
    record("first", "40.00", reference="R5", text="a"),
    record("part one", "11.00", booking_date=on(20)),
    record("part two", "22.00", booking_date=on(20)),
    record("taken", "50.00", reference="R7"),
    record("late", "80.00", reference="R8", booking_date=on(30)),
    record("apart", "4.44", reference="RA"),
    record("cash", "6.66", booking_date=on(9)),
)


@dataclass
class Ledgers:
    """Both sides in a folder; `left` and `right` hold one list of rows for each file."""

    folder: Path
    left: Sequence[Sequence[Row]] = field(default_factory=lambda: [LEFT])
    right: Sequence[Sequence[Row]] = field(default_factory=lambda: [RIGHT])

    def __post_init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.inputs = [self._side("left", self.left, 1), self._side("right", self.right, FIRST_RIGHT)]

    def run(self, threads: int = 2) -> Outcome:
        left, right = self.inputs
        ids = {side: self._id(side, "apart") for side in ("left", "right")}
        never = pa.table({f"{side}_id": pa.array([ids[side]], pa.int64()) for side in ids})
        rules = RuleSet.from_document({"passes": list(PASSES)})
        return match(left, right, rules, never=never, cut_off=CUT_OFF, threads=threads)

    def is_right(self, record_id: int) -> bool:
        return record_id >= FIRST_RIGHT

    def _side(self, side: str, files: Sequence[Sequence[Row]], first: int) -> SideInput:
        snapshots: list[Snapshot] = []
        for place, rows in enumerate(files):
            snapshots += snapshot(self.folder / f"{side}-{place}.parquet", rows, first).snapshots
            self.rows |= dict(enumerate(rows, first))
            first += len(rows)
        taken = [record_id for record_id, row in self.rows.items() if row["key"] == "taken"]
        return SideInput(tuple(snapshots), pa.array(taken, pa.int64()))

    def _id(self, side: str, key: str) -> int:
        return next(
            number
            for number, row in self.rows.items()
            if row["key"] == key and self.is_right(number) == (side == "right")
        )


def content(ledgers: Ledgers, outcome: Outcome) -> Counter[tuple[Any, ...]]:
    """The groups by what their records say: whatever their ids, files and order."""
    legs: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for leg in outcome.legs.to_pylist():
        row = ledgers.rows[leg["record_id"]]
        said = tuple(sorted((name, str(value)) for name, value in row.items() if name != "key"))
        legs[leg["group"]].append((leg["side"], leg["amount"], leg["allocated"], leg["closes"], said))
    names = ("status", "pass_name", "score", "difference", "currency", "rate")
    return Counter(
        (*(group[name] for name in names), tuple(sorted(legs[group["group"]], key=str)))
        for group in outcome.groups.to_pylist()
    )


def broken(ledgers: Ledgers, outcome: Outcome) -> set[str]:
    """The names of the invariants that an outcome breaks, worked out from the rows with plain decimals."""
    legs = outcome.legs.to_pylist()
    groups = {group["group"]: group for group in outcome.groups.to_pylist()}
    return {
        *_used_too_much(ledgers, legs),
        *_unbalanced(ledgers, outcome, groups),
        *_not_allowed(ledgers, legs, groups),
    }


def _used_too_much(ledgers: Ledgers, legs: list[dict[str, Any]]) -> Iterator[str]:
    used: dict[int, Decimal] = defaultdict(Decimal)
    closed: Counter[int] = Counter()
    for leg in legs:
        whole = Decimal(ledgers.rows[leg["record_id"]]["amount"])
        used[leg["record_id"]] += whole if leg["allocated"] is None else Decimal(leg["allocated"]).scaleb(-2)
        closed[leg["record_id"]] += leg["closes"]
    for record_id, amount in used.items():
        whole = Decimal(ledgers.rows[record_id]["amount"])
        if abs(amount) > abs(whole) or amount * whole < 0 or closed[record_id] != (amount == whole):
            yield "I1"


def _unbalanced(ledgers: Ledgers, outcome: Outcome, groups: dict[int, dict[str, Any]]) -> Iterator[str]:
    net: dict[int, Decimal] = defaultdict(Decimal)
    sides: dict[int, set[str]] = defaultdict(set)
    for leg in outcome.legs.to_pylist():
        sides[leg["group"]].add(leg["side"])
    for leg in outcome.legs.to_pylist():
        group = groups[leg["group"]]
        own = Decimal(ledgers.rows[leg["record_id"]]["amount"])
        own = own if leg["allocated"] is None else Decimal(leg["allocated"]).scaleb(-2)
        if group["rate"] is not None and leg["side"] == "right":
            own = (own * Decimal(group["rate"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        net[leg["group"]] += -own if leg["side"] == "right" and len(sides[leg["group"]]) > 1 else own
    for line in outcome.adjustments.to_pylist():
        net[line["group"]] += Decimal(line["amount"]).scaleb(-2)
    if any(net[number] for number, group in groups.items() if group["status"] == "confirmed"):
        yield "I2"


def _not_allowed(ledgers: Ledgers, legs: list[dict[str, Any]], groups: dict[int, dict[str, Any]]) -> Iterator[str]:
    keys: dict[int, set[str]] = defaultdict(set)
    for leg in legs:
        row = ledgers.rows[leg["record_id"]]
        keys[leg["group"]].add(row["key"])
        group = groups[leg["group"]]
        if row.get("currency", "EUR") != group["currency"] and group["rate"] is None:
            yield "currency"
        if row["key"] == "taken":
            yield "taken"
        if row.get("booking_date", date.min) > CUT_OFF:
            yield "cut-off"
    if {"apart"} in keys.values():
        yield "I11"
