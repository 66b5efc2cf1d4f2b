from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.models.bulk import Part
from reconciliation.models.imports import Import
from reconciliation.models.record import Record

_OF_THE_LINE = (
    "line",
    "row",
    "key",
    "account",
    "booking_date",
    "value_date",
    "occurred_at",
    "amount",
    "scale",
    "currency",
    "reference",
    "counterparty",
    "text",
    "fingerprint",
    "occurrence",
)


def record_table(snapshot: pa.Table, of_import: Import, first_record_id: int) -> pa.Table:
    """The rows of `Record` for a snapshot: its core columns, numbered from the first id on."""
    count = snapshot.num_rows
    ids = pa.array(range(first_record_id, first_record_id + count), pa.int64())
    owners = {"project_id": of_import.project_id, "source_id": of_import.source_id, "import_id": of_import.pk}
    constants = {name: pa.repeat(pa.scalar(value, pa.int64()), count) for name, value in owners.items()}
    return pa.table({"id": ids, **constants, **{name: snapshot[name] for name in _OF_THE_LINE}})


def record_parts(snapshot: Path, of_import: Import, first_record_id: int) -> Iterator[Part]:
    """The same for a snapshot on disk, some rows at a time."""
    with pq.ParquetFile(snapshot) as file:
        for batch in file.iter_batches(columns=list(_OF_THE_LINE)):
            yield Record, record_table(pa.Table.from_batches([batch]), of_import, first_record_id)
            first_record_id += batch.num_rows
