"""Record batches out of typed blocks."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.cells.amount_columns import Flags
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.typing import Typed
from reconciliation.formats.schema import RESERVED, TEXT_FIELDS, record_schema
from reconciliation.formats.table import Block


def schema_for(mapping: Mapping) -> pa.Schema:
    return record_schema(_extras(mapping), mapping.columns, mapping.headers)


def _extras(mapping: Mapping) -> tuple[str, ...]:
    return tuple(name for name in mapping.fields if name not in RESERVED)


def record_batch(block: Block, found: Typed, keep: Flags, mapping: Mapping) -> pa.RecordBatch:
    """The rows to keep, as `schema_for` has them; their `row` numbers are given once the whole file is known."""
    rows = pa.array(np.flatnonzero(keep))
    cells = block.columns if keep.all() else [column.take(rows) for column in block.columns]
    count = len(rows)
    lines = pa.array(block.lines[keep])
    arrays: dict[str, pa.Array] = {"line": lines, "row": lines, "scale": pa.array(found.scale[keep].astype(np.int8))}
    arrays["amount"] = pa.nulls(count, pa.int64()) if found.amount is None else pa.array(found.amount[keep])
    arrays["currency"] = found.currency.take(rows)
    arrays |= _moments(found, rows, count)
    for name in (*TEXT_FIELDS, *_extras(mapping)):
        position = mapping.position(name)
        arrays[name] = pa.nulls(count, pa.string()) if position is None else _text(cells[position])
    arrays |= {f"cell_{position}": column for position, column in enumerate(cells)}
    schema = schema_for(mapping)
    return pa.record_batch([arrays[name] for name in schema.names], schema=schema)


def _moments(found: Typed, rows: pa.Array, count: int) -> dict[str, pa.Array]:
    arrays: dict[str, pa.Array] = {}
    for name in ("booking_date", "value_date"):
        column = found.dates.get(name)
        arrays[name] = pa.nulls(count, pa.date32()) if column is None else column.days.take(rows)
    moment = found.dates.get("occurred_at") or found.dates.get("booking_date")
    zoned = pa.timestamp("us", tz="UTC")
    arrays["occurred_at"] = pa.nulls(count, zoned) if moment is None else moment.instants.take(rows)
    return arrays


def _text(cells: pa.StringArray) -> pa.Array:
    """As written, without blanks around it; nothing but blanks is null."""
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
