"""Where the records of a reading are kept while the rest of the file is read."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Integers


class Kept(Protocol):
    """Takes record batches in the order of the file and gives their columns again once all are there."""

    def begin(self, schema: pa.Schema) -> None:
        """Once, before the first batch, if there is any."""

    def add(self, batch: pa.RecordBatch, spans: Integers) -> None:
        """`spans` are the physical lines that each record takes up and that none before it has counted."""

    def parts(self, *names: str) -> Iterator[pa.Table]:
        """These columns of all records, some rows at a time."""

    def repeated_keys(self) -> int:
        """How many keys were there already when they came."""


class InMemory:
    """Files that a person looks at before they are imported, and the beginnings of large ones."""

    def __init__(self) -> None:
        self._schema = pa.schema([])
        self._batches: list[pa.RecordBatch] = []
        self._spans: list[Integers] = []

    def begin(self, schema: pa.Schema) -> None:
        self._schema = schema

    def add(self, batch: pa.RecordBatch, spans: Integers) -> None:
        self._batches.append(batch)
        self._spans.append(spans)

    def parts(self, *names: str) -> Iterator[pa.Table]:
        for batch in self._batches:
            yield pa.Table.from_batches([batch]).select(list(names))

    def repeated_keys(self) -> int:
        keys = self.table()["key"].drop_null()
        return len(keys) - int(pc.count_distinct(keys).as_py())

    def table(self) -> pa.Table:
        return pa.Table.from_batches(self._batches, self._schema)

    def spans(self) -> Integers:
        return np.concatenate([np.empty(0, np.int64), *self._spans])
