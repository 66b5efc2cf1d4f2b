"""Record tables as a file's reading answers them, for tests that start behind the formats."""

from typing import Any

import pyarrow as pa

from reconciliation.formats import record_schema


def lines(*rows: dict[str, Any], extras: tuple[str, ...] = ()) -> pa.Table:
    """One record per row, on the lines 2, 3, 4...; what a row does not say is its default or null."""
    schema = record_schema(extras, 1, ("Line",))
    defaults = {"amount": 0, "scale": 2, "currency": "EUR"}
    return pa.Table.from_pylist(
        [
            dict.fromkeys(schema.names)
            | defaults
            | {"line": number + 1, "row": number, "cell_0": f"raw {number}"}
            | row
            for number, row in enumerate(rows, start=1)
        ],
        schema=schema,
    )
