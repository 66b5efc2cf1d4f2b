"""What a line says, as one hash: equal for lines that are equal in every mapped field, whatever file they stand in."""

import os
from functools import cache, lru_cache

import duckdb
import pyarrow as pa
from sqlglot import exp

from reconciliation.formats import derived_of, record_schema
from reconciliation.money import MAX_SCALE

PLACE_FIELDS = frozenset({"line", "row", "key"})
MONEY_FIELDS = frozenset({"amount", "scale"})
CORE_FIELDS = frozenset(record_schema((), 0, ()).names)
TEXT = exp.DataType.build("TEXT")
HUGE = exp.DataType.build("INT128")
HEX_DIGITS = 32
_NUMBERED = {"booking_date": pa.int32(), "value_date": pa.int32(), "occurred_at": pa.int64()}


def with_fingerprints(records: pa.Table) -> pa.Table:
    """The records and the hash of each."""
    with _duckdb(os.getpid()).cursor() as connection:
        connection.register("records", _comparable(records))
        found = connection.sql(_query(mapped_fields(records.schema))).to_arrow_table()
    return records.append_column("fingerprint", found["fingerprint"])


@cache
def _duckdb(_process: int) -> duckdb.DuckDBPyConnection:
    """One for each process: what a fork brought along has lost its threads."""
    return duckdb.connect(config={"threads": 1})


def _comparable(records: pa.Table) -> pa.Table:
    """Without the raw cells, and with days and instants as numbers: no time zone changes them."""
    table = records.select([name for name in records.column_names if not name.startswith("cell_")])
    for name, kind in _NUMBERED.items():
        table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    return table


@lru_cache
def _query(fields: tuple[str, ...]) -> str:
    return exp.select(fingerprint(fields).as_("fingerprint")).from_("records").sql("duckdb")


def mapped_fields(schema: pa.Schema) -> tuple[str, ...]:
    """The fields that a line's content consists of: not where it stands, not its key, not the raw cells, and no field
    of a mapping's own making: what is made out of the others says nothing new, and may be made otherwise tomorrow.
    """
    made = set(derived_of(schema)) - CORE_FIELDS
    names = (name for name in schema.names if not name.startswith("cell_"))
    return tuple(sorted(name for name in names if name not in PLACE_FIELDS | MONEY_FIELDS | made))


def fingerprint(fields: tuple[str, ...]) -> exp.Expression:
    """128 bits of SHA-256 in hexadecimal, over what no other line spells: name, length and value of each field.

    The length of a null is left out. An extra field that is null is left out altogether, so that mapping one more
    column changes only the lines that have something in it.
    """
    pieces: list[exp.Expression] = [exp.Literal.string("amount="), _amount()]
    for name in fields:
        spelled = _spelled(name)
        pieces += spelled if name in CORE_FIELDS else [_present(name, spelled)]
    hashed = _call("sha256", _call("concat", *pieces))
    return exp.Left(this=hashed, expression=exp.Literal.number(HEX_DIGITS))


def _spelled(name: str) -> list[exp.Expression]:
    value = exp.cast(exp.column(name, quoted=True), TEXT)
    return [exp.Literal.string(f"{name}="), _call("strlen", value.copy()), exp.Literal.string(":"), value]


def _present(name: str, spelled: list[exp.Expression]) -> exp.Expression:
    return exp.case().when(exp.column(name, quoted=True).is_(exp.null()).not_(), _call("concat", *spelled))


def _amount() -> exp.Expression:
    """The amount at the largest scale: 10.0 and 10.00 are the same money."""
    power = exp.case(exp.column("scale", quoted=True))
    for scale in range(MAX_SCALE + 1):
        power = power.when(exp.Literal.number(scale), exp.cast(exp.Literal.number(10 ** (MAX_SCALE - scale)), HUGE))
    return exp.cast(exp.column("amount", quoted=True), HUGE) * exp.paren(power)


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """By its own name: sqlglot would write `concat` as `||`, which answers null where one piece is null."""
    return exp.Anonymous(this=name, expressions=list(arguments))
