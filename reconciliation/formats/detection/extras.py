"""Names for the columns that are no core field, so that rules can use every one of them."""

from collections.abc import Sequence

from reconciliation.formats.column import Column
from reconciliation.formats.detection.columns import SampledColumn
from reconciliation.formats.schema import RESERVED
from reconciliation.formats.words import field_name


def extra_fields(columns: Sequence[SampledColumn], taken: set[int]) -> dict[str, Column]:
    fields: dict[str, Column] = {}
    for column in columns:
        if column.position in taken or (column.cells and not column.filled and not column.header):
            continue
        name = field_name(column.header) or f"column_{column.position + 1}"
        fields[_free(name, fields)] = Column(column=column.position, header=column.header)
    return fields


def _free(name: str, fields: dict[str, Column]) -> str:
    number, candidate = 1, name
    while candidate in fields or candidate in RESERVED or candidate.startswith("cell_"):
        number += 1
        candidate = f"{name}_{number}"
    return candidate
