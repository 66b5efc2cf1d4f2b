"""Arrow tables into database tables, in short transactions.

Rows loaded this way must carry their ids and belong to something unpublished, so that half of them is nothing yet.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Lock

import pyarrow as pa
from django.db import connection, models, transaction

from reconciliation.models.bulk_writers import copy, insert

ROWS_PER_COPY = 50_000
ROWS_PER_INSERT = 20_000
# A COPY keeps one processor of the server busy, so that two of them take little more than half of the time.
CONNECTIONS = 2
SECONDS_BETWEEN = 0.5

Part = tuple[type[models.Model], pa.Table]
Chunk = tuple[int, type[models.Model], pa.Table]


def nothing(rows: int) -> None:
    """Nobody watches, nothing guards."""


def load(
    model: type[models.Model],
    table: pa.Table,
    between: Callable[[int], None] = nothing,
    guard: Callable[[int], None] = nothing,
) -> None:
    """Insert every row; columns are named after the model's database columns."""
    load_all([(model, table)], between, guard)


def load_all(
    parts: Iterable[Part], between: Callable[[int], None] = nothing, guard: Callable[[int], None] = nothing
) -> None:
    """The same for several tables, or for one that comes part by part.

    Each chunk is committed on its own. `guard` is called first in its transaction, with the number of rows that come
    before it, and raises to stop a worker whose work somebody else has taken over. On PostgreSQL chunks are written by
    threads with connections of their own, unless the caller is in a transaction: there, a guard must not exclude other
    guards. `between` is called in the caller's thread with the number of rows written, also while none is done.
    """
    chunks = _chunks(parts)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        _beside(chunks, between, guard)
        return
    for start, model, chunk in chunks:
        _write(start, model, chunk, guard)
        between(start + chunk.num_rows)


def delete_range(model: type[models.Model], first: int, count: int, between: Callable[[int], None] = nothing) -> None:
    """Delete the rows whose primary keys lie in the block, in short transactions."""
    for start in range(first, first + count, ROWS_PER_INSERT):
        end = min(start + ROWS_PER_INSERT, first + count)
        model._default_manager.filter(pk__gte=start, pk__lt=end).delete()  # noqa: SLF001  Django's documented name
        between(end - first)


def _chunks(parts: Iterable[Part]) -> Iterator[Chunk]:
    rows = ROWS_PER_COPY if connection.vendor == "postgresql" else ROWS_PER_INSERT
    before = 0
    for model, table in parts:
        for start in range(0, table.num_rows, rows):
            yield before + start, model, table.slice(start, rows)
        before += table.num_rows


def _write(start: int, model: type[models.Model], chunk: pa.Table, guard: Callable[[int], None]) -> int:
    with transaction.atomic():
        guard(start)
        (copy if connection.vendor == "postgresql" else insert)(model, chunk)
    return chunk.num_rows


def _beside(chunks: Iterator[Chunk], between: Callable[[int], None], guard: Callable[[int], None]) -> None:
    loaders = _Loaders(chunks, guard)
    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="load") as pool:
        running = {pool.submit(loaders.work) for _ in range(CONNECTIONS)}
        try:
            while running:
                ended, running = wait(running, timeout=SECONDS_BETWEEN, return_when=FIRST_EXCEPTION)
                between(loaders.done)
                for one in ended:
                    one.result()
        finally:
            loaders.stop()


class _Loaders:
    """Each takes the next chunk as soon as it has written one; what fails in one of them stops the others."""

    def __init__(self, chunks: Iterator[Chunk], guard: Callable[[int], None]) -> None:
        self._chunks = chunks
        self._guard = guard
        self._lock = Lock()
        self._stopped = False
        self.done = 0

    def stop(self) -> None:
        self._stopped = True

    def work(self) -> None:
        try:
            while (chunk := self._next()) is not None:
                rows = _write(*chunk, self._guard)
                with self._lock:
                    self.done += rows
        finally:
            self.stop()
            connection.close()

    def _next(self) -> Chunk | None:
        with self._lock:
            return None if self._stopped else next(self._chunks, None)
