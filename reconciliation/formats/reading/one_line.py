"""One line read again by itself, after a person has corrected its cells."""

import numpy as np
import pyarrow as pa

from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.derived import Derived
from reconciliation.formats.reading.problems import Problems, column_name
from reconciliation.formats.reading.records import record_batch, schema_for
from reconciliation.formats.reading.typing import typed
from reconciliation.formats.table import OddRow, block_of


class LineProblemsError(ValueError):
    """The line is still no record: what is wrong, by the name of the column or field."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field} {text}" for field, texts in problems.items() for text in texts))
        self.problems = problems


class _EveryProblem(Problems):
    """Of one line a person wants to know all that is wrong, not the first only."""

    def __init__(self) -> None:
        super().__init__()
        self.by_field: dict[str, list[str]] = {}

    def tell(self, index: int, field: str, reason: str) -> None:
        super().tell(index, field, reason)
        texts = self.by_field.setdefault(field, [])
        if reason not in texts:
            texts.append(reason)


def read_line(cells: tuple[str, ...], mapping: Mapping, line: int, row: int) -> pa.Table:
    """The line as a table of one record, as the file's own records are. Raises `LineProblemsError`."""
    if len(cells) != mapping.columns:
        raise LineProblemsError({"": [f"has {len(cells)} cells instead of {mapping.columns}"]})
    block = block_of([OddRow(line=line, span=1, cells=cells, raw="")])
    problems = _EveryProblem()
    derived = Derived(mapping)
    wide = derived.widened(block, problems)
    found = typed(wide, derived.mapping, problems)
    if problems.by_field:
        raise LineProblemsError(problems.by_field)
    batch = record_batch(wide, found, np.ones(1, dtype=np.bool_), derived.mapping, np.array([row], dtype=np.int64))
    return pa.Table.from_batches([batch], schema_for(derived.mapping))


def named_cells(cells: tuple[str, ...], mapping: Mapping) -> dict[str, str]:
    """By the header of their column; by `column 3` where it has none, or shares it with another."""
    return {name: cells[place] if place < len(cells) else "" for place, name in enumerate(cell_names(mapping))}


def cell_names(mapping: Mapping) -> tuple[str, ...]:
    names = [column_name(mapping, place) for place in range(mapping.columns)]
    return tuple(name if names.count(name) == 1 else f"column {place + 1}" for place, name in enumerate(names))
