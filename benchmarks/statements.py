"""A bank statement and a ledger of any size, with the truth: which records belong together.

Kinds of events, as shares: the same reference and amount; a fee held back; the reference in the text only; a payout
that is the sum of a batch; no reference and a name with a typing error; records without any counterpart.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconciliation.engine import with_keys
from reconciliation.formats.schema import record_schema

KINDS = ("exact", "fee", "embedded", "payout", "typo", "alone")
SHARES = (0.76, 0.05, 0.08, 0.02, 0.06, 0.03)
LARGEST_FEE, ACCOUNTS, DAYS, PARTS = 500, 20, 365, 4
_FIRST = np.datetime64("2026-01-01", "D").astype(int)
_WORDS = ("Alpha", "Baltic", "Iron", "Silver", "Golden", "Atlas", "Orion", "Vega", "Delta", "Prime", "Urban", "Royal")
_TRADES = ("Logistics", "Foods", "Motors", "Energy", "Software", "Pharma", "Optics", "Metals", "Paper", "Tools")
_FORMS = ("GmbH", "AG", "Ltd", "LLC", "SARL", "BV", "Oy")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Statements:
    """Both sides as snapshots, and the event of each record by its row; -1 where it has no counterpart."""

    left: Path
    right: Path
    left_event: Ints
    right_event: Ints


def statements(folder: Path, events: int, seed: int = 7) -> Statements:
    """Writes both sides; the same arguments give the same records."""
    random = np.random.default_rng(seed)
    kind = random.choice(len(KINDS), events, p=SHARES)
    is_ = {name: kind == place for place, name in enumerate(KINDS)}
    amount = np.maximum(100, np.exp(random.normal(9.9, 1.2, events)).astype(np.int64)) * PARTS
    day = random.integers(0, DAYS, events)
    party = random.integers(0, max(50, events // 20), events)
    fee = np.where(is_["fee"], random.integers(1, LARGEST_FEE, events), 0)
    side = np.where(is_["alone"], random.integers(0, 2, events), 2)
    left = random.permutation(np.flatnonzero(side != 1))
    right = random.permutation(np.repeat(np.flatnonzero(side != 0), np.where(is_["payout"], PARTS, 1)[side != 0]))
    part = np.where(is_["payout"], PARTS, 1)
    numbers = _numbered("INV-", np.arange(events))
    batches = _numbered("BATCH-", np.arange(events))
    names = _names(party)
    late = np.where(is_["exact"], 0, random.integers(0, 4, events))
    bare = is_["embedded"] | is_["typo"]
    reference = pc.if_else(pa.array(is_["payout"]), batches, pc.if_else(pa.array(bare), _null(), numbers))
    text = pc.if_else(pa.array(is_["embedded"]), _joined("PAYMENT ", numbers, " THANK YOU"), _joined("PAYMENT ", names))
    spelled = pc.if_else(pa.array(is_["typo"]), _misspelt(names), names)
    paths = folder / "left.parquet", folder / "right.parquet"
    nowhere = pa.nulls(events, pa.string())
    _write(paths[0], left, amount - fee, day + late, (reference, spelled, text, nowhere))
    batch = pc.if_else(pa.array(is_["payout"]), batches, _null())
    own = pc.if_else(pa.array(is_["payout"]), _null(), numbers)
    _write(paths[1], right, amount // part, day, (own, names, _joined("Invoice to ", names), batch))
    event = np.where(is_["alone"], -1, np.arange(events))
    return Statements(*paths, event[left], event[right])


def _write(path: Path, rows: Ints, amount: Ints, day: Ints, texts: tuple[Any, ...]) -> None:
    count = len(rows)
    schema = record_schema(("batch",), 0, ())
    reference, party, text, batch = (column.take(pa.array(rows)) for column in texts)
    account = rows % ACCOUNTS
    columns = {
        "line": pa.array(np.arange(count) + 2),
        "row": pa.array(np.arange(count) + 1),
        "key": pa.nulls(count, pa.string()),
        "account": _numbered("ACC-", account),
        "booking_date": pa.array((_FIRST + day[rows]).astype(np.int32)).cast(pa.date32()),
        "value_date": pa.nulls(count, pa.date32()),
        "occurred_at": pa.nulls(count, pa.timestamp("us", tz="UTC")),
        "amount": pa.array(amount[rows]),
        "scale": pa.array(np.full(count, 2, np.int8)),
        "currency": pa.array(np.array(["EUR", "EUR", "USD", "GBP"])[account % 4]),
        "reference": reference,
        "counterparty": party,
        "text": text,
        "batch": batch,
    }
    pq.write_table(with_keys(pa.table(columns, schema=schema)), path, compression="lz4")


def _names(party: Ints) -> Any:
    other, third = party // len(_WORDS), party // (len(_WORDS) * len(_TRADES))
    picked = (
        np.array(values)[index % len(values)] for values, index in ((_WORDS, party), (_TRADES, other), (_FORMS, third))
    )
    parts: list[Any] = [pa.array(values) for values in picked]
    return _joined(*(part for each in parts for part in (each, " ")), pc.cast(pa.array(third), pa.string()))


def _misspelt(names: Any) -> Any:
    """The third letter is lost."""
    return pc.utf8_replace_slice(names, start=2, stop=3, replacement="")


def _numbered(prefix: str, numbers: Ints) -> Any:
    return _joined(prefix, pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 9, "0"))


def _joined(*parts: Any) -> Any:
    return pc.binary_join_element_wise(*parts, "")


def _null() -> Any:
    return pa.scalar(None, pa.string())
