"""The snapshots of one side as views, and what their columns are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.engine.database import Database, chosen, column
from reconciliation.engine.inputs import SideInput, Snapshot
from reconciliation.engine.keys import STORED
from reconciliation.formats.schema import headers_of

_PLACE = {"line", "row", "balance"}  # a running balance tells where a line stands, not what it says
_IDENTITY = {"key", "fingerprint", "occurrence"}  # by which an import tells twins apart
_NOT_CONTENT = frozenset({*_PLACE, *_IDENTITY, *STORED.values()})


@dataclass(frozen=True)
class Source:
    """One snapshot as a view, and which of its columns answers to which field name."""

    view: str
    first_record_id: int
    columns: tuple[str, ...]
    headers: Mapping[str, str]
    empty: frozenset[str]
    rows: int
    name: str = ""

    def column_of(self, field: str) -> str | None:
        """A record's field, else the raw cell under that header; a field without any value gives way to a header."""
        cell = self.headers.get(field.strip().casefold())
        return field if field in self.columns and not (cell and field in self.empty) else cell

    @property
    def record_id(self) -> Condition:
        return column("file_row_number") + exp.Literal.number(self.first_record_id)

    @property
    def content(self) -> tuple[str, ...]:
        """What makes two records of this source differ, apart from where they stand."""
        return tuple(name for name in self.columns if name not in _NOT_CONTENT and not name.startswith("cell_"))


def open_sources(database: Database, side: str, given: SideInput) -> tuple[Source, ...]:
    return tuple(
        _open(database, f"{side}_snapshot_{number}", snapshot) for number, snapshot in enumerate(given.snapshots)
    )


def _open(database: Database, view: str, snapshot: Snapshot) -> Source:
    with pq.ParquetFile(snapshot.path) as file:
        schema, metadata = file.schema_arrow, file.metadata
    database.view_of(view, snapshot)
    headers = {text.strip().casefold(): f"cell_{number}" for number, text in enumerate(headers_of(schema))}
    return Source(
        view,
        snapshot.first_record_id,
        tuple(schema.names),
        headers,
        _empty(metadata),
        metadata.num_rows,
        snapshot.source,
    )


def _empty(metadata: pq.FileMetaData) -> frozenset[str]:
    """Columns that hold nothing but nulls, as the file's own statistics say."""
    nulls: dict[str, int] = {}
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            known = chunk.statistics.null_count if chunk.statistics is not None else 0
            nulls[chunk.path_in_schema] = nulls.get(chunk.path_in_schema, 0) + (known or 0)
    return frozenset(name for name, count in nulls.items() if count == metadata.num_rows)


def scales_of(database: Database, sources: Iterable[Source], used: Iterable[pa.Table] = ()) -> dict[str, int]:
    """The largest scale of each currency on either side, also of what is used: the one its amounts are brought to."""
    found: dict[str, int] = {}
    for parts in used:
        for currency, scale in zip(parts["currency"].to_pylist(), parts["scale"].to_pylist(), strict=True):
            found[str(currency)] = max(found.get(str(currency), 0), int(str(scale)))
    for source in sources:
        query = chosen([column("currency"), exp.Max(this=column("scale"))], source.view).group_by(column("currency"))
        for currency, scale in database.rows(query):
            found[str(currency)] = max(found.get(str(currency), 0), int(str(scale)))
    return dict(sorted(found.items()))
