"""Record batches out of typed blocks."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import AnyArray, Flags, Integers, Texts, chosen, trimmed
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.typing import Typed
from reconciliation.formats.schema import RESERVED, TEXT_FIELDS, record_schema
from reconciliation.formats.table import Block


def schema_for(mapping: Mapping) -> pa.Schema:
    """Of a mapping whose targets stand where their values are made: see `Derived`."""
    made = tuple(name for name, column in mapping.fields.items() if column.column >= mapping.columns)
    return record_schema(_extras(mapping), mapping.columns, mapping.headers[: mapping.columns], made)


def _extras(mapping: Mapping) -> tuple[str, ...]:
    return tuple(name for name in mapping.fields if name not in RESERVED)


def record_batch(block: Block, found: Typed, keep: Flags, mapping: Mapping, numbers: Integers) -> pa.RecordBatch:
    """The rows to keep, as `schema_for` has them; `numbers` are theirs in the file."""
    rows = np.flatnonzero(keep)
    cells = [chosen(column, rows) for column in block.columns]
    arrays: dict[str, AnyArray] = {"line": pa.array(block.lines[keep]), "row": pa.array(numbers)}
    arrays["scale"] = pa.array(found.scale[keep].astype(np.int8))
    arrays["amount"] = pa.nulls(len(rows), pa.int64()) if found.amount is None else pa.array(found.amount[keep])
    arrays["currency"] = chosen(found.currency, rows)
    arrays |= _moments(found, rows)
    for name in (*TEXT_FIELDS, *_extras(mapping)):
        position = mapping.position(name)
        arrays[name] = pa.nulls(len(rows), pa.string()) if position is None else _text(cells[position])
    arrays |= {f"cell_{position}": column for position, column in enumerate(cells[: mapping.columns])}
    schema = schema_for(mapping)
    return pa.record_batch([arrays[name] for name in schema.names], schema=schema)


def _moments(found: Typed, rows: Integers) -> dict[str, AnyArray]:
    arrays: dict[str, AnyArray] = {}
    for name in ("booking_date", "value_date"):
        column = found.dates.get(name)
        arrays[name] = pa.nulls(len(rows), pa.date32()) if column is None else chosen(column.days, rows)
    moment = found.dates.get("occurred_at") or found.dates.get("booking_date")
    zoned = pa.timestamp("us", tz="UTC")
    arrays["occurred_at"] = pa.nulls(len(rows), zoned) if moment is None else chosen(moment.instants, rows)
    return arrays


def _text(cells: Texts) -> AnyArray:
    """As written, without blanks around it; nothing but blanks is null."""
    written = trimmed(cells)
    null: Any = pa.scalar(None, pa.string())
    filled: AnyArray = pc.if_else(pc.equal(written, pa.scalar("")), null, written)
    return filled
