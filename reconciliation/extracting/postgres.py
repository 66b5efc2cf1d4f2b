"""PostgreSQL: a read-only transaction, a cursor on the server, values exactly as the server writes them."""

import time
from collections.abc import Iterator, Sequence
from decimal import Decimal

import psycopg
from psycopg.postgres import types

from reconciliation.extracting.address import DatabaseAddress
from reconciliation.extracting.columns import Value
from reconciliation.extracting.failures import QueryFailedError

BLOCK = 10_000
CONNECT_SECONDS = 10
_NUMBERS = {types[name].oid for name in ("int2", "int4", "int8", "numeric", "float4", "float8", "oid")}


class _AsWritten(psycopg.adapt.Loader):
    """The text of the value: exact, and never out of Python's range (infinity, the year 10000)."""

    def load(self, data: psycopg.abc.Buffer) -> str:
        return bytes(data).decode()


def postgres_rows(
    address: DatabaseAddress, password: str, statement: str, seconds: int
) -> Iterator[tuple[Sequence[str], Sequence[Sequence[Value]]]]:
    """Names of the columns and a block of rows, again and again; the first may be empty."""
    deadline = time.monotonic() + seconds
    try:
        with _connected(address, password, seconds) as connection, connection.cursor("extraction") as cursor:
            _take_as_written(cursor)
            cursor.execute(statement.rstrip().rstrip(";"))  # a person's own, in a cursor that only reads
            described = cursor.description or []
            names = [column.name for column in described]
            numeric = [column.type_code in _NUMBERS for column in described]
            yield names, []
            while block := cursor.fetchmany(BLOCK):
                yield names, [_values(row, numeric) for row in block]
                if time.monotonic() > deadline:
                    raise QueryFailedError(f"It took longer than {seconds} seconds. Ask for a shorter period.")
    except psycopg.Error as error:
        raise QueryFailedError(str(error).strip()) from error


def _connected(address: DatabaseAddress, password: str, seconds: int) -> psycopg.Connection[tuple[str, ...]]:
    milliseconds = seconds * 1000
    connection = psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.user or None,
        password=password or None,
        dbname=address.database,
        sslmode=address.ssl_mode,
        connect_timeout=CONNECT_SECONDS,
        application_name="reconciliation",
        client_encoding="utf8",
        passfile="/dev/null",  # nobody else's password is used
        options=(
            f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
            f" -c idle_in_transaction_session_timeout={milliseconds} -c datestyle=ISO,YMD -c timezone=UTC"
        ),
    )
    connection.read_only = True
    return connection


def _take_as_written(cursor: psycopg.ServerCursor[tuple[str, ...]]) -> None:
    for kind in types:
        cursor.adapters.register_loader(kind.oid, _AsWritten)
    cursor.adapters.register_loader(0, _AsWritten)


def _values(row: Sequence[str | None], numeric: Sequence[bool]) -> tuple[Value, ...]:
    return tuple(
        Decimal(value) if number and value is not None else value for value, number in zip(row, numeric, strict=True)
    )
