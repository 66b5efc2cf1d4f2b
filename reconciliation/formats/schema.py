"""The columns of a record set: one row per transaction line."""

import json
from typing import Any

import pyarrow as pa

_FIELDS: list["pa.Field[Any]"] = [
    pa.field("line", pa.int64(), nullable=False),
    pa.field("row", pa.int64(), nullable=False),
    pa.field("key", pa.string()),
    pa.field("account", pa.string()),
    pa.field("booking_date", pa.date32()),
    pa.field("value_date", pa.date32()),
    pa.field("occurred_at", pa.timestamp("us", tz="UTC")),
    pa.field("amount", pa.int64()),
    pa.field("scale", pa.int8(), nullable=False),
    pa.field("currency", pa.string(), nullable=False),
    pa.field("reference", pa.string()),
    pa.field("counterparty", pa.string()),
    pa.field("text", pa.string()),
]
CORE = pa.schema(_FIELDS)
TEXT_FIELDS = ("key", "account", "reference", "counterparty", "text")
DATE_FIELDS = ("booking_date", "value_date")
CONTROL_FIELDS = frozenset(
    {"debit", "credit", "indicator", "status", "balance", "opening_balance", "closing_balance", "occurred_at"}
)
RESERVED = frozenset(CORE.names) | CONTROL_FIELDS


def record_schema(
    extras: tuple[str, ...], columns: int, headers: tuple[str, ...], derived: tuple[str, ...] = ()
) -> pa.Schema:
    """The core columns, then every extra mapped field, then the raw cells. `amount` is null, and `scale` 0, only
    where the file has no amount column at all. `derived` are the fields that a transformation made.
    """
    fields = list(CORE)
    fields += [pa.field(name, pa.string()) for name in extras]
    fields += [pa.field(f"cell_{position}", pa.string()) for position in range(columns)]
    named = {"headers": headers, "derived": derived}
    return pa.schema(fields, metadata={name.encode(): json.dumps(list(told)).encode() for name, told in named.items()})


def headers_of(schema: pa.Schema) -> tuple[str, ...]:
    """The header texts as the file has them; none for a file without a header line."""
    return _told(schema, b"headers")


def derived_of(schema: pa.Schema) -> tuple[str, ...]:
    """The fields that a transformation made out of others."""
    return _told(schema, b"derived")


def _told(schema: pa.Schema, name: bytes) -> tuple[str, ...]:
    return tuple(json.loads((schema.metadata or {}).get(name, b"[]")))
