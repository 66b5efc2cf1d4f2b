"""The records of a file on their way into a snapshot: on disk from the first batch on, however many they are."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.engine import with_keys
from reconciliation.formats.arrow import Integers
from reconciliation.intake.fingerprint import with_fingerprints
from reconciliation.intake.snapshot import SnapshotWriter
from reconciliation.intake.verdicts import MEMORY_LIMIT

ROWS_AT_ONCE = 25_000
MOST_WAITING = 4
_REPEATED = "SELECT count(key) - count(DISTINCT key) FROM read_parquet($path)"


class Spool:
    """Takes the batches of a reading; threads beside it give each record its fingerprint and keys.

    Once it is closed the file is a snapshot in which every record is new and the first of its content.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._schema = pa.schema([])
        self._has_keys = self._finished = False
        self._writer = SnapshotWriter(path)
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="spool")
        self._waiting: deque[Future[pa.Table]] = deque()
        self._wide = [(np.empty(0, np.int64), np.empty(0, np.int64))]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beside.shutdown(cancel_futures=True)
        self._writer.__exit__(kind, error, trace)

    def begin(self, schema: pa.Schema) -> None:
        self._schema = schema

    def add(self, batch: pa.RecordBatch, spans: Integers) -> None:
        self._has_keys |= batch["key"].null_count < batch.num_rows
        wide = np.flatnonzero(spans != 1)
        self._wide.append((wide + self.rows, spans[wide] - 1))
        self.rows += batch.num_rows
        for start in range(0, batch.num_rows, ROWS_AT_ONCE):
            self._submit(pa.Table.from_batches([batch.slice(start, ROWS_AT_ONCE)]))

    def parts(self, *names: str) -> Iterator[pa.Table]:
        self._finish()
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(columns=list(names)):
                yield pa.Table.from_batches([batch])

    def repeated_keys(self) -> int:
        self._finish()
        if not self._has_keys:
            return 0
        with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 2}) as connection:
            [(repeated,)] = connection.execute(_REPEATED, {"path": str(self.path)}).fetchall()
        return int(repeated)

    def spans_of(self, rows: Integers) -> Integers:
        """The physical lines of some records, by their numbers from 0: an entry may span several, or share one."""
        places, more = (np.concatenate(column) for column in zip(*self._wide, strict=True))
        found = np.ones(len(rows), dtype=np.int64)
        if len(places):
            near = np.minimum(np.searchsorted(places, rows), len(places) - 1)
            found += np.where(places[near] == rows, more[near], 0)
        return found

    def _submit(self, records: pa.Table) -> None:
        self._waiting.append(self._beside.submit(_marked, records))
        while len(self._waiting) > MOST_WAITING:
            self._writer.write(self._waiting.popleft().result())

    def _finish(self) -> None:
        if self._finished:
            return
        self._finished = True
        if not self.rows:
            self._submit(self._schema.empty_table())
        while self._waiting:
            self._writer.write(self._waiting.popleft().result())
        self._writer.close()


def _marked(records: pa.Table) -> pa.Table:
    marked = with_fingerprints(records)
    return with_keys(marked.append_column("occurrence", pa.repeat(pa.scalar(1, pa.int32()), records.num_rows)))
